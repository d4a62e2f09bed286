// Explores a run as a person would, in Chromium: served by the program, and exported to a file.
//
//   TSIMCNE=program RUN=folder [SCREENSHOTS=folder] node tests/end_to_end.mjs

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const { TSIMCNE, RUN, SCREENSHOTS } = process.env;
if (!TSIMCNE || !RUN) throw new Error("Set TSIMCNE to the program and RUN to the folder of a finished run.");

const patience = 15000;
const room = mkdtempSync(join(tmpdir(), "tsimcne-"));
const run = join(room, "run");
const exported = join(room, "map.html");
cpSync(RUN, run, { recursive: true });

/** Starts the program and gives the address that it prints, and how it ends. */
function start(...options) {
  const program = spawn(TSIMCNE, options, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => program.on("exit", resolve));
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (text) => {
      said += text;
      const address = said.match(/http:\/\/127\.0\.0\.1:\d+\/\S*/);
      if (address) resolve({ program, address: address[0], ended });
    };
    program.stdout.on("data", listen);
    program.stderr.on("data", listen);
    void ended.then((code) => reject(new Error(`The program ended with ${code}: ${said}`)));
  });
}

function launch(...more) {
  const flags = ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", ...more];
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: flags });
}

const { program, address } = await start("explore", run, "--no-browser");
const exporting = spawnSync(TSIMCNE, ["explore", run, "--export", exported], { encoding: "utf8" });
const fileAddress = `file://${exported}`;
const browser = await launch();
const origin = new URL(address).origin;
let passed = 0;
let failed = 0;

async function check(name, test) {
  try {
    await test();
    ++passed;
    console.log(`ok    ${name}`);
  } catch (error) {
    ++failed;
    console.log(`FAIL  ${name}\n      ${String(error.stack).split("\n").slice(0, 12).join("\n      ")}`);
  }
}

/** A page on which everything is there, with what it complained of and asked for. */
async function open(where, options = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    acceptDownloads: true,
    reducedMotion: "reduce",
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(patience);
  page.complaints = [];
  page.requests = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("request", (request) => page.requests.push(request.url()));
  await page.goto(where);
  await page.waitForFunction(() => window.tsimcne?.isReady || !document.getElementById("trouble").hidden);
  return page;
}

async function closing(page, test) {
  try {
    await test(page);
  } finally {
    await page.context().close();
  }
}

const placeOf = (page, id) => page.evaluate((which) => window.tsimcne.screenPlace(which), id);
const visible = (page, selector) => page.locator(selector).first().waitFor({ state: "visible" });

/** How many pixels of the page's middle are not of its most common colour, and of how many colours. */
async function pixels(page) {
  const png = (
    await page.screenshot({ caret: "initial", clip: { x: 330, y: 60, width: 850, height: 660 } })
  ).toString("base64");
  const blank = await page.context().newPage();
  const seen = await blank.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    const context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const counts = new Map();
    const colours = new Uint32Array(context.getImageData(0, 0, bitmap.width, bitmap.height).data.buffer);
    for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
    return { drawn: colours.length - Math.max(...counts.values()), colours: counts.size };
  }, png);
  await blank.close();
  return seen;
}

/** An image at which a pointer finds nothing else. */
async function lonelyImage(page) {
  const count = await page.evaluate(() => window.tsimcne.count);
  for (let id = 0; id < count; id += Math.ceil(count / 400)) {
    const [x, y] = await placeOf(page, id);
    if (x < 340 || x > 900 || y < 60 || y > 700) continue;
    await page.mouse.move(x, y);
    if (await page.locator("#hover").isVisible()) return { id, x, y };
  }
  throw new Error("no image answers to the pointer");
}

async function lasso(page, key = "l", modifier = null) {
  await page.locator("#canvas").focus();
  await page.keyboard.press(key);
  if (modifier) await page.keyboard.down(modifier);
  const corners = [
    [330, 30],
    [920, 30],
    [920, 740],
    [330, 740],
  ].filter((_, i) => key === "l" || i % 2 === 0);
  await page.mouse.move(...corners[0]);
  await page.mouse.down();
  for (const corner of corners.slice(1)) await page.mouse.move(...corner, { steps: 4 });
  await page.mouse.up();
  if (modifier) await page.keyboard.up(modifier);
  await page.keyboard.press("m");
}

async function countSelected(page) {
  await visible(page, "#chosen");
  return Number((await page.locator("#chosen h2").textContent()).replace(/\D/g, ""));
}

/** Zooms in at the middle until images are shown in place of points. */
async function zoomToImages(page) {
  await page.locator("#canvas").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("f");
  for (let i = 0; i < 14; ++i) {
    await page.waitForTimeout(300);
    if ((await page.evaluate(() => window.tsimcne.thumbnails)) > 0) return;
    await page.keyboard.press("+");
  }
  throw new Error("no thumbnails at any zoom");
}

async function picture(page, name) {
  if (!SCREENSHOTS) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.mouse.move(700, 795);
  await page.waitForTimeout(700);
  await page.screenshot({ caret: "initial", path: join(SCREENSHOTS, `${name}.png`) });
}

async function drop(page, bytes, name) {
  await page.evaluate(
    ([text, file]) => {
      const content = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([content], file));
      window.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, cancelable: true }));
    },
    [Buffer.from(bytes).toString("base64"), name],
  );
}

function header() {
  const token = new URL(address).searchParams.get("token");
  return token ? { "X-Tsimcne-Token": token } : {};
}

/** What holds for the served page and for the exported one. */
async function checkBoth(kind, where) {
  const test = (name, act, options) =>
    check(`${kind}: ${name}`, async () => closing(await open(where, options), act));

  await test("opens, draws points, complains of nothing and asks nobody else", async (page) => {
    const { drawn, colours } = await pixels(page);
    assert.ok(drawn > 500 && colours > 20, `${drawn} pixels in ${colours} colours`);
    assert.ok((await page.evaluate(() => performance.getEntriesByName("first-frame").length)) === 1);
    const allowed = kind === "served" ? origin : fileAddress;
    const foreign = page.requests.filter((url) => !url.startsWith(allowed) && !/^(blob|data):/.test(url));
    assert.deepEqual(foreign, []);
    if (kind === "exported")
      assert.deepEqual(
        page.requests.filter((url) => /^(file|http)/.test(url)),
        [where],
      );
    assert.deepEqual(page.complaints, []);
    await picture(page, `${kind}-whole-map`);
  });

  await test("draws nothing while nothing moves", async (page) => {
    await page.waitForTimeout(1500);
    const before = await page.evaluate(() => window.tsimcne.frames);
    await page.waitForTimeout(800);
    assert.equal(await page.evaluate(() => window.tsimcne.frames), before);
  });

  await test("pointing at an image shows its name, clicking pins it with its neighbours", async (page) => {
    const { x, y } = await lonelyImage(page);
    assert.ok((await page.locator("#hover .file").textContent()).length > 0);
    await page.mouse.click(x, y);
    await visible(page, "#pinned .picture");
    await visible(page, "#pinned .sheet button");
    assert.ok((await page.locator("#pinned .sheet button").count()) >= 5);
    await visible(page, "#ring");
    assert.deepEqual(page.complaints, []);
  });

  await test("one walks from neighbour to neighbour and back", async (page) => {
    const { x, y } = await lonelyImage(page);
    await page.mouse.click(x, y);
    await visible(page, "#pinned .sheet button");
    const title = () => page.locator("#pinned h2").textContent();
    const first = await title();
    const wanted = await page.locator("#pinned .sheet button").first().getAttribute("data-id");
    await page.locator("#pinned .sheet button").first().click();
    await page.waitForFunction((id) => location.hash.includes(`image=${id}`), wanted);
    assert.notEqual(await title(), first);
    await page.getByRole("button", { name: "Back to the image before" }).click();
    await page.waitForFunction((name) => document.querySelector("#pinned h2").textContent === name, first);
    await picture(page, `${kind}-pinned`);
  });

  await test("neighbours on the map differ from those in features", async (page) => {
    const { x, y } = await lonelyImage(page);
    await page.mouse.click(x, y);
    await visible(page, "#pinned .sheet button");
    const features = page.locator("#pinned .segments label").first();
    if ((await features.count()) === 0) return;
    const ids = () =>
      page.locator("#pinned .sheet button").evaluateAll((all) => all.map((one) => one.dataset.id).join());
    const inFeatures = await ids();
    await page.getByText("on the map", { exact: true }).click();
    await page.waitForTimeout(400);
    assert.notEqual(await ids(), inFeatures);
  });

  await test("a lasso selects, Alt takes away, Shift adds, and the table has every image", async (page) => {
    await lasso(page);
    const count = await countSelected(page);
    assert.ok(count > 0 && (await page.locator("#chosen .sheet button").count()) > 0);
    const downloading = page.waitForEvent("download");
    await page.locator("#save-csv").click();
    const text = readFileSync(await (await downloading).path(), "utf8");
    const lines = text.trim().split("\r\n");
    assert.equal(lines[0], "id,path,label,your label");
    assert.equal(lines.length, count + 1);
    await picture(page, `${kind}-selection`);
    await lasso(page, "r", "Alt");
    await page.locator("#chosen").waitFor({ state: "hidden" });
    await lasso(page, "r", "Shift");
    assert.equal(await countSelected(page), count);
    assert.deepEqual(page.complaints, []);
  });

  await test("a search finds, highlights and walks, and its matches can be selected", async (page) => {
    await page.keyboard.press("/");
    await page.keyboard.type("1");
    await visible(page, "#found");
    await page.waitForFunction(() => /^[1-9]/.test(document.getElementById("found-count").textContent));
    await page.keyboard.press("Enter");
    await visible(page, "#pinned");
    const first = await page.locator("#pinned h2").textContent();
    await page.keyboard.press("Enter");
    assert.notEqual(await page.locator("#pinned h2").textContent(), first);
    await page.locator("#found-select").click();
    assert.ok((await countSelected(page)) > 0);
    await page.locator("#search").fill("no image is called so");
    await page.waitForFunction(() => document.getElementById("found-count").textContent.startsWith("0"));
  });

  await test("images take the points' place on zooming in", async (page) => {
    await zoomToImages(page);
    await page.waitForTimeout(800);
    const { colours } = await pixels(page);
    assert.ok(colours > 300, `${colours} colours`);
    await page.keyboard.press("Escape");
    await picture(page, `${kind}-images`);
    await page.keyboard.press("i");
    await page.keyboard.press("i");
    await page.waitForFunction(() => window.tsimcne.thumbnails === 0);
    assert.deepEqual(page.complaints, []);
  });

  await test("all can be done by keys", async (page) => {
    const status = () => page.locator("#status").textContent();
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "canvas");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("+");
    await page.waitForFunction(() => /in view/.test(document.getElementById("status").textContent));
    await page.keyboard.press("Enter");
    await visible(page, "#pinned");
    assert.match(await status(), /^Pinned/);
    const first = await page.locator("#pinned h2").textContent();
    await visible(page, "#pinned .sheet button");
    await page.keyboard.press("n");
    assert.notEqual(await page.locator("#pinned h2").textContent(), first);
    await page.keyboard.press("p");
    assert.equal(await page.locator("#pinned h2").textContent(), first);
    await page.keyboard.press("f");  // where images are, wherever the map has left its middle empty
    await page.waitForTimeout(1100);
    await page.keyboard.press("v");
    const inView = await countSelected(page);
    await page.keyboard.press("c");
    assert.ok((await countSelected(page)) < inView);
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await page.locator("#chosen").waitFor({ state: "hidden" });
    await page.keyboard.press("?");
    await visible(page, "#help");
    await page.keyboard.press("Escape");
    await page.locator("#help").waitFor({ state: "hidden" });
    await page.keyboard.press("0");
    await page.waitForFunction(() => document.getElementById("zoom").textContent === "1×");
    assert.deepEqual(page.complaints, []);
  });

  await test("the address brings back what was seen", async (page) => {
    await page.locator("#canvas").focus();
    await page.keyboard.press("+");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("t");
    await page.locator("#colour").selectOption("density");
    await page.locator("#canvas").focus();
    await page.keyboard.press("Enter");
    await visible(page, "#pinned");
    await page.waitForFunction(() => location.hash.includes("image="));
    const name = await page.locator("#pinned h2").textContent();
    const place = await placeOf(page, 0);
    await page.reload();
    await page.waitForFunction(() => window.tsimcne?.isReady);
    await visible(page, "#pinned");
    assert.equal(await page.locator("#pinned h2").textContent(), name);
    assert.equal(await page.locator("#colour").inputValue(), "density");
    assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
    const again = await placeOf(page, 0);
    assert.ok(Math.hypot(again[0] - place[0], again[1] - place[1]) < 2, `${again} after ${place}`);
  });

  await test("every colouring has a legend, and a class can be highlighted", async (page) => {
    const keys = await page.locator("#colour option").evaluateAll((all) => all.map((one) => one.value));
    for (const key of keys) {
      await page.locator("#colour").selectOption(key);
      const parts = await page.locator("#legend").evaluate((legend) => legend.childElementCount);
      assert.ok(key === "none" || parts > 0, key);
    }
    await page.locator("#colour").selectOption("cluster");
    const before = await pixels(page);
    await page.locator(".class").first().click();
    assert.equal(await page.locator(".class").first().getAttribute("aria-pressed"), "true");
    assert.notDeepEqual(await pixels(page), before);
    await page.keyboard.press("k");
    assert.ok((await countSelected(page)) > 0);
    assert.deepEqual(page.complaints, []);
  });

  await test(
    "a dark screen is drawn dark",
    async (page) => {
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
      await picture(page, `${kind}-dark`);
    },
    { colorScheme: "dark" },
  );

  await test(
    "a narrow window keeps the map free",
    async (page) => {
      assert.ok(await page.locator("#side").evaluate((side) => side.classList.contains("folded")));
      await visible(page, "#tools");
    },
    { viewport: { width: 420, height: 760 } },
  );
}

async function checkServed() {
  await check(
    "served: copies of a selection come into the run's exports, links where images are files",
    async () =>
      closing(await open(address), async (page) => {
        await page.locator("#canvas").focus();
        await page.keyboard.press("Enter");
        await page.keyboard.press("f");
        await page.keyboard.press("c");
        const count = await countSelected(page);
        const message = async (pattern) => {
          await page.waitForFunction(
            (text) => new RegExp(text).test(document.getElementById("message").textContent),
            pattern,
          );
          return page.locator("#message").textContent();
        };
        const exportedFiles = (text) =>
          readdirSync(join(run, text.match(/exports\/\S+/)[0]), { recursive: true, withFileTypes: true });
        await page.locator("#export-copies").click();
        const told = await message("exports/");
        const copies = exportedFiles(told).filter((file) => file.isFile());
        assert.ok(copies.length >= count, `${copies.length} of ${count}`);
        await page.waitForTimeout(1100);
        await page.locator("#export-links").click();
        await page.waitForFunction((text) => document.getElementById("message").textContent !== text, told);
        const answer = await message("exports/|export copies");
        if (answer.includes("export copies")) return;
        const links = exportedFiles(answer).filter((file) => file.isSymbolicLink());
        assert.ok(links.length >= count, `${links.length} of ${count}`);
      }),
  );

  await check("served: a label is written beside the run and colours the map", async () =>
    closing(await open(address), async (page) => {
      await page.locator("#canvas").focus();
      await page.keyboard.press("c");
      const count = await countSelected(page);
      await page.keyboard.press("w");
      await page.keyboard.type('odd, "ones"');
      await page.keyboard.press("Enter");
      await page.waitForFunction(() =>
        document.getElementById("message").textContent.includes("have the label"),
      );
      assert.ok(existsSync(join(run, "labels.csv")));
      await page.locator("#colour").selectOption("column:your label");
      const row = page.locator(".class").first();
      assert.match(await row.textContent(), /odd, "ones"/);
      await page.waitForFunction(() => location.hash.includes("your"));
      await page.reload();
      await page.waitForFunction(() => window.tsimcne?.isReady);
      const rows = await page.locator(".class").allTextContents();
      assert.ok(
        rows.some((text) => text === `odd, "ones"${count.toLocaleString("en-US")}`),
        rows.join("; "),
      );
    }),
  );

  await check("served: a dropped image gets its place, and what is no image a sentence", async () => {
    const image = await (await fetch(new URL("image/0", address), { headers: header() })).arrayBuffer();
    await closing(await open(address), async (page) => {
      await drop(page, image, "new.png");
      await visible(page, "#placement .sheet button");
      await visible(page, "#placed");
      await picture(page, "served-placed");
      await drop(page, Buffer.from("no image"), "text.png");
      await page.waitForFunction(() =>
        document.getElementById("message").textContent.startsWith("text.png cannot be placed"),
      );
      const complaints = page.complaints.filter((text) => !text.includes("status of 4"));
      assert.deepEqual(complaints, []);
    });
  });

  await check("served: the full image is shown", async () =>
    closing(await open(address), async (page) => {
      await page.locator("#canvas").focus();
      await page.keyboard.press("Enter");
      await page.locator("#pinned .picture button").click();
      await visible(page, "#large img");
      await page.keyboard.press("Escape");
      await page.locator("#large").waitFor({ state: "hidden" });
      await visible(page, "#pinned");
    }),
  );
}

/** Trains on the run's images again, so briefly that the map is soon finished, and watches. */
async function watching(epochs, test) {
  const folder = mkdtempSync(join(room, "watched-"));
  const config = ["--config", join(run, "config.toml"), "--recipe", "fast", "--epochs", epochs];
  const watched = await start("fit", ...config, "-o", folder, "--watch");
  const context = { colorScheme: "light" };
  try {
    await closing(await open(watched.address, context), (page) => test(page, watched, folder));
  } finally {
    watched.program.kill("SIGKILL");
  }
}

const trainingSays = (page, pattern) =>
  page.waitForFunction(
    (text) => new RegExp(text).test(document.getElementById("training").textContent),
    pattern,
    { timeout: 120000 },
  );

const namesOfClasses = (page) => page.locator(".class").evaluateAll((all) => all.map(({ title }) => title));

async function checkWatched() {
  const images = readFileSync(join(run, "map.csv"), "utf8").trim().split("\n").length - 1;
  const shown = Math.min(images, 2000).toLocaleString("en-US");

  await check("watched: the finished map comes onto the same page", async () =>
    watching("0.5,1", async (page, { program: fitting, ended }, folder) => {
      await page.evaluate(() => (window.isTheSamePage = true));
      assert.equal(await page.locator("#count").textContent(), `${shown} images`);
      assert.ok(!(await page.locator("#place").isVisible()));
      await page.locator("#canvas").focus();
      await page.keyboard.press("t");
      await page.keyboard.press("Enter");
      const pinned = await page.locator("#pinned h2").textContent();
      const classes = await namesOfClasses(page);
      await trainingSays(page, "epoch");
      await picture(page, "watched-training");

      await page.locator("#training").waitFor({ state: "hidden", timeout: 300000 });
      assert.equal(await page.evaluate(() => window.tsimcne.count), images);
      assert.equal(
        await page.locator("#count").textContent(),
        `${images.toLocaleString("en-US")} images`,
      );
      assert.ok(await page.evaluate(() => window.isTheSamePage));
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
      assert.equal(await page.locator("#pinned h2").textContent(), pinned);
      assert.deepEqual(await namesOfClasses(page), classes);
      await visible(page, "#pinned .segments");
      await visible(page, "#pinned .sheet button");
      await visible(page, "#place");
      await picture(page, "watched-finished");

      await page.locator("#canvas").focus();
      await page.keyboard.press("c");
      await page.keyboard.press("w");
      await page.keyboard.type("odd");
      await page.keyboard.press("Enter");
      await page.waitForFunction(() =>
        document.getElementById("message").textContent.includes("have the label"),
      );
      assert.ok(existsSync(join(folder, "labels.csv")));
      const id = await page.evaluate(() => window.tsimcne.count - 1);
      const image = await page.evaluate(
        async (last) => Array.from(new Uint8Array(await (await fetch(`image/${last}`)).arrayBuffer())),
        id,
      );
      await drop(page, image, "new.png");
      await visible(page, "#placement .sheet button");
      await zoomToImages(page);
      await picture(page, "watched-finished-images");
      await page.keyboard.press("?");
      assert.match(await page.locator("#help").textContent(), /Place a new image/);
      assert.deepEqual(page.complaints, []);
      fitting.kill("SIGINT");
      assert.equal(await ended, 0);
    }),
  );

  await check("watched: a training that is stopped says how to go on", async () =>
    watching("50,50", async (page, { program: fitting, ended }) => {
      await trainingSays(page, "epoch");
      fitting.kill("SIGINT");
      await trainingSays(page, "[Gg]o on with:tsimcne fit -o .* --resume --watch");
      await picture(page, "watched-stopped");
      assert.equal(await ended, 130);
    }),
  );
}

async function checkExported() {
  await check("the program exports", async () => {
    assert.equal(exporting.status, 0, exporting.stderr);
    assert.ok(existsSync(exported));
  });

  await check("exported: a damaged page tells what is wrong", async () => {
    const damaged = join(room, "damaged.html");
    const magic = Buffer.from("TSIMCNE1").toString("base64").slice(0, 10);
    writeFileSync(damaged, readFileSync(exported, "utf8").replace(magic, "A".repeat(10)));
    await closing(await open(`file://${damaged}`), async (page) => {
      assert.match(await page.locator("#trouble").textContent(), /does not begin with TSIMCNE1/);
    });
  });

  await check("exported: a browser without WebGL2 is told so", async () => {
    const plain = await launch("--disable-3d-apis");
    const page = await plain.newPage();
    await page.goto(fileAddress);
    await visible(page, "#trouble");
    assert.match(await page.locator("#trouble").textContent(), /WebGL2/);
    await plain.close();
  });
}

try {
  await checkBoth("served", address);
  await checkServed();
  await checkWatched();
  await checkExported();
  if (existsSync(exported)) await checkBoth("exported", fileAddress);
} finally {
  await browser.close();
  program.removeAllListeners("exit");
  program.kill("SIGINT");
  rmSync(room, { recursive: true, force: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);
