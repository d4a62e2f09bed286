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
    const most = [...counts.values()].reduce((a, b) => Math.max(a, b), 0);
    return { drawn: colours.length - most, colours: counts.size };
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
    [295, 10],
    [920, 10],
    [920, 740],
    [295, 740],
  ].filter((_, i) => key === "l" || i % 2 === 0);
  await page.mouse.move(...corners[0]);
  await page.mouse.down();
  for (const corner of corners.slice(1)) await page.mouse.move(...corner, { steps: 4 });
  await page.mouse.up();
  if (modifier) await page.keyboard.up(modifier);
  await page.keyboard.press("m");
}

/** Red, green and blue of a place of the window. */
async function colourAt(page, x, y) {
  const png = (await page.screenshot({ clip: { x, y, width: 1, height: 1 } })).toString("base64");
  return page.evaluate(async (text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d");
    context.drawImage(bitmap, 0, 0);
    return Array.from(context.getImageData(0, 0, 1, 1).data.subarray(0, 3));
  }, png);
}

const ground = { light: [251, 250, 248], dark: [19, 21, 24] };

/** What an input method does of which the key is a part. */
const composing = (page, selector, key) =>
  page.locator(selector).evaluate((element, name) => {
    const options = { key: name, isComposing: true, keyCode: 229, bubbles: true, cancelable: true };
    return element.dispatchEvent(new KeyboardEvent("keydown", options));
  }, key);

const focused = (page) => page.evaluate(() => document.activeElement.id);

const isInWindow = (page, selector) =>
  page.locator(selector).evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return top >= 0 && bottom <= innerHeight;
  });

async function countSelected(page) {
  await visible(page, "#chosen");
  return Number((await page.locator("#chosen h2").textContent()).replace(/\D/g, ""));
}

/** Selects images around one of them, since none may lie in the middle of the map; how many. */
async function selectSome(page) {
  await page.locator("#canvas").focus();
  for (const key of ["Enter", "f", "c"]) await page.keyboard.press(key);
  return countSelected(page);
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

  await test("what is highlighted and what is searched for is lit together, and Escape leaves nothing dimmed", async (page) => {
    await page.locator("#colour").selectOption("cluster");
    const row = page.locator(".class").first();
    const inClass = Number((await row.locator("span").last().textContent()).replace(/\D/g, ""));
    const isDimmed = () => page.locator(".classes").evaluate((list) => list.classList.contains("some"));
    const lit = () => page.evaluate(() => window.tsimcne.lit);
    await row.click();
    await page.mouse.move(640, 5);
    assert.equal(await lit(), inClass);
    await page.keyboard.press("/");
    await page.keyboard.type("1");
    await page.waitForFunction(() =>
      /^[1-9].*highlighted/.test(document.getElementById("found-count").textContent),
    );
    const both = await lit();
    assert.ok(both > 0 && both < inClass, `${both} of ${inClass}`);
    assert.equal((await page.locator("#found-count").textContent()).replace(/\D/g, ""), String(both));
    await page.locator("#found-select").click();
    assert.equal(await countSelected(page), both);
    assert.ok(!(await isDimmed()));
    await page.locator("#canvas").focus();
    await page.keyboard.press("Escape");
    assert.ok(await isDimmed());
    assert.equal(await lit(), both);
    await page.locator("#search").fill("no image is called so");
    await page.waitForFunction(() => document.getElementById("found-count").textContent.startsWith("0"));
    assert.equal(await lit(), inClass);
    await page.locator("#canvas").focus();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    assert.ok(!(await isDimmed()));
    assert.equal(await lit(), -1);
    await page.locator("#search").fill("no image is called so");
    await page.waitForFunction(() => document.getElementById("found-count").textContent.startsWith("0"));
    assert.equal(await lit(), -1);
  });

  await test("images that are always shown are those of the highlighted class", async (page) => {
    await page.locator("#colour").selectOption("cluster");
    await page.locator("#look summary").click();
    await page.getByText("always", { exact: true }).click();
    await page.waitForFunction(() => window.tsimcne.thumbnails > 0);
    await page.locator(".class").nth(1).click();
    await page.mouse.move(640, 5);
    await page.waitForFunction(() => window.tsimcne.thumbnails > 0 && window.tsimcne.unlitThumbnails === 0);
    await picture(page, `${kind}-always`);
  });

  await test("the picture of a cluster is its image", async (page) => {
    await page.locator("#colour").selectOption("cluster");
    await page.mouse.move(640, 5);
    await visible(page, ".exemplar.shown canvas");
    await page.waitForTimeout(500);  // until they stand still
    const { x, y, id } = await page.locator(".exemplar.shown canvas").evaluateAll((all) => {
      const { left, top, width, height } = all.at(-1).getBoundingClientRect();
      return { x: left + width / 2, y: top + height / 2, id: all.at(-1).dataset.image };
    });
    await page.mouse.click(x, y);
    await page.waitForFunction((wanted) => location.hash.includes(`image=${wanted}`), id);
  });

  await test("back closes what was opened last and leaves the selection", async (page) => {
    await page.locator("#canvas").focus();
    await page.keyboard.press("v");
    const count = await countSelected(page);
    await page.keyboard.press("Enter");
    await visible(page, "#pinned");
    await page.keyboard.press("?");
    await visible(page, "#help");
    await page.goBack();
    await page.locator("#help").waitFor({ state: "hidden" });
    await visible(page, "#pinned");
    await page.keyboard.press("?");
    await visible(page, "#help");
    await page.keyboard.press("Escape");
    await page.locator("#help").waitFor({ state: "hidden" });
    await page.waitForTimeout(300);
    await page.goBack();
    await page.locator("#pinned").waitFor({ state: "hidden" });
    await page.waitForFunction(() => window.tsimcne.isReady && !location.hash.includes("image="));
    assert.equal(await countSelected(page), count);
    await page.goBack();
    await page.waitForFunction(() => document.getElementById("chosen").classList.contains("folded"));
    assert.equal(await countSelected(page), count);
  });

  await test("the keys of an input method are its own", async (page) => {
    await page.locator("#search").fill("ねこ");
    await composing(page, "#search", "Escape");
    assert.equal(await page.locator("#search").inputValue(), "ねこ");
    assert.equal(await focused(page), "search");
    await composing(page, "#search", "Enter");
    assert.ok(!(await page.locator("#pinned").isVisible()));
    await page.locator("#canvas").focus();
    await composing(page, "#canvas", "?");
    assert.ok(!(await page.locator("#help").isVisible()));
  });

  for (const colorScheme of ["light", "dark"]) {
    await test(
      `the ground is ${colorScheme} while the map is coming, and after the graphics card was away`,
      async (page) => {
        const loading = await page.evaluate(() => document.getElementById("loading").hidden);
        assert.ok(loading);
        assert.deepEqual(await colourAt(page, 640, 2), ground[colorScheme]);
        const before = await pixels(page);
        await page.evaluate(() => {
          const context = document.getElementById("canvas").getContext("webgl2");
          const extension = context.getExtension("WEBGL_lose_context");
          extension.loseContext();
          setTimeout(() => extension.restoreContext(), 300);
        });
        await page.waitForTimeout(1200);
        assert.deepEqual(await colourAt(page, 640, 2), ground[colorScheme]);
        const after = await pixels(page);
        assert.ok(Math.abs(after.drawn - before.drawn) < 0.02 * before.drawn, `${after.drawn}, ${before.drawn}`);
      },
      { colorScheme },
    );
  }

  await test("another screen's pixels are all used", async (page) => {
    const session = await page.context().newCDPSession(page);
    const width = () => page.evaluate(() => document.getElementById("canvas").width);
    assert.equal(await width(), 1280);
    await session.send("Emulation.setDeviceMetricsOverride", {
      width: 1280,
      height: 800,
      deviceScaleFactor: 2,
      mobile: false,
    });
    await page.waitForFunction(() => document.getElementById("canvas").width === 2560);
    await session.send("Emulation.setDeviceMetricsOverride", {
      width: 1280,
      height: 800,
      deviceScaleFactor: 1.5,
      mobile: false,
    });
    await page.waitForFunction(() => document.getElementById("canvas").width === 1920);
  });

  await test(
    "contrast themes leave colours that are data, and tell states",
    async (page) => {
      await page.locator("#colour").selectOption("cluster");
      const colours = await page
        .locator(".class i")
        .evaluateAll((dots) => dots.map((dot) => getComputedStyle(dot).backgroundColor));
      assert.ok(new Set(colours).size > 1, colours.join());
      const background = (selector) =>
        page.locator(selector).first().evaluate((element) => getComputedStyle(element).backgroundColor);
      assert.notEqual(await background('[data-tool="move"]'), await background('[data-tool="lasso"]'));
      await page.locator("#look summary").click();
      assert.notEqual(await background("#show-names"), await background("#dark"));
      assert.notEqual(await background("#thumbnails input:checked + span"), await background("#thumbnails input:not(:checked) + span"));
      await page.locator("#colour").selectOption("density");
      assert.match(
        await page.locator(".scale").evaluate((bar) => getComputedStyle(bar).backgroundImage),
        /gradient/,
      );
      await picture(page, `${kind}-contrast`);
    },
    { forcedColors: "active" },
  );

  await test("the tool in use can be told under the pointer", async (page) => {
    const colours = () =>
      page.locator('[data-tool="move"]').evaluate((button) => {
        const { backgroundColor, color } = getComputedStyle(button);
        return [backgroundColor, color];
      });
    const before = await colours();
    await page.locator('[data-tool="move"]').hover();
    assert.deepEqual(await colours(), before);
  });

  await test("the map is beside the panels, and what a lasso selects is in sight", async (page) => {
    const { x, y } = await lonelyImage(page);
    await page.mouse.click(x, y);
    await visible(page, "#pinned .sheet button");
    await lasso(page);
    await visible(page, "#chosen");
    assert.ok(await isInWindow(page, "#chosen .panel-head"));
    await page.keyboard.press("0");
    await page.waitForTimeout(300);
    const covered = await page.evaluate(() => {
      const { left } = document.getElementById("panels").getBoundingClientRect();
      const ids = Array.from({ length: window.tsimcne.count }, (_, id) => id);
      return ids.filter((id) => window.tsimcne.screenPlace(id)[0] > left).length;
    });
    assert.equal(covered, 0);
  });

  await test("a panel that opens leaves a part of the map where it is", async (page) => {
    await page.locator("#canvas").focus();
    await page.keyboard.press("+");
    await page.keyboard.press("+");
    await page.waitForTimeout(300);
    const before = await placeOf(page, 0);
    await page.keyboard.press("Enter");
    await visible(page, "#pinned .sheet button");
    await page.waitForTimeout(300);
    assert.deepEqual(await placeOf(page, 0), before);
  });

  await test(
    "on a telephone no panel covers another",
    async (page) => {
      await page.locator("#canvas").focus();
      await page.keyboard.press("c");
      await page.keyboard.press("Enter");
      await visible(page, "#pinned");
      await page.locator("#fold").click();
      const box = async (selector) => page.locator(selector).boundingBox();
      const [side, panels, tools] = [await box("#side"), await box("#panels"), await box("#tools")];
      assert.ok(side.y + side.height <= panels.y + 1, `${side.y + side.height} ${panels.y}`);
      assert.ok(panels.y + panels.height <= tools.y + 14, `${panels.y + panels.height} ${tools.y}`);
      await picture(page, `${kind}-telephone`);
    },
    { viewport: { width: 390, height: 844 }, hasTouch: true },
  );

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
  await check("served: what is pasted into a field is text, and so is what comes with text", async () =>
    closing(await open(address), async (page) => {
      const paste = (selector, type, text) =>
        page.locator(selector).evaluate(
          (element, [kind, words]) => {
            const data = new DataTransfer();
            if (words) data.setData("text/plain", words);
            data.items.add(new File(["a picture"], "image.png", { type: kind }));
            const options = { clipboardData: data, bubbles: true, cancelable: true };
            element.dispatchEvent(new ClipboardEvent("paste", options));
          },
          [type, text],
        );
      await paste("#search", "image/png", "tabby");
      await paste("#search", "image/png", "");
      await paste("#canvas", "image/png", "tabby");
      await page.waitForTimeout(500);
      assert.ok(!page.requests.some((url) => url.endsWith("/place")));
      await paste("#canvas", "image/png", "");
      await page.waitForFunction(() => /cannot be placed/.test(document.getElementById("message").textContent));
      assert.ok(page.requests.some((url) => url.endsWith("/place")));
    }),
  );

  await check("served: the page of one map neither writes nor reads what another map's server has", async () => {
    const other = join(room, "other");
    cpSync(run, other, { recursive: true });
    const points = readFileSync(join(other, "map.npy"));
    points.writeFloatLE(points.readFloatLE(points.length - 4) + 0.5, points.length - 4);
    writeFileSync(join(other, "map.npy"), points);
    const first = await start("explore", run, "--no-browser");
    const { port } = new URL(first.address);
    await closing(await open(first.address), async (page) => {
      await selectSome(page);
      first.program.kill("SIGINT");
      await first.ended;
      await page.locator("#export-copies").click();
      const told = (pattern) =>
        page.waitForFunction(
          (text) => new RegExp(text).test(document.getElementById("message").textContent),
          pattern,
        );
      await told("does not answer");
      const second = await start("explore", other, "--no-browser", "--port", port);
      try {
        await page.locator("#export-copies").click();
        await told("this page shows another map; reload it");
        await page.locator("#new-label").fill("cats");
        await page.keyboard.press("Enter");
        await told("this page shows another map; reload it");
        assert.ok(!existsSync(join(other, "exports")));
        assert.ok(!existsSync(join(other, "labels.csv")));
        await page.reload();
        await page.waitForFunction(() => window.tsimcne?.isReady);
        await page.locator("#canvas").focus();
        await page.keyboard.press("c");
        await page.locator("#export-copies").click();
        await told("exports/");
      } finally {
        second.program.removeAllListeners("exit");
        second.program.kill("SIGINT");
      }
    });
  });

  for (const colorScheme of ["light", "dark"]) {
    await check(`served: what is not there yet is said, on ${colorScheme} ground`, async () => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, colorScheme });
      const page = await context.newPage();
      page.setDefaultTimeout(patience);
      const held = {};
      for (const name of ["map.bin", "text.bin"]) {
        held[name] = new Promise((resolve) => page.route(`**/${name}`, resolve));
      }
      await closing(page, async () => {
        await page.goto(address);
        const map = await held["map.bin"];
        await visible(page, "#loading");
        assert.ok(!(await page.locator("#tools").isVisible()));
        assert.deepEqual(await colourAt(page, 640, 2), ground[colorScheme]);
        await picture(page, `served-loading-${colorScheme}`);
        await map.continue();
        const names = await held["text.bin"];
        await visible(page, "#tools");
        await page.locator("#loading").waitFor({ state: "hidden" });
        assert.ok(await page.locator("#search").isDisabled());
        await page.locator("#canvas").focus();
        await page.keyboard.press("Enter");
        await visible(page, "#pinned .sheet button");
        assert.match(await page.locator("#pinned h2").textContent(), /^image \d+$/);
        await names.continue();
        await page.waitForFunction(() => !/^image \d+$/.test(document.querySelector("#pinned h2").textContent));
        assert.ok(await page.locator("#search").isEnabled());
      });
    });
  }

  await check("served: a sentence in place of neighbours is a line", async () =>
    closing(await open(address), async (page) => {
      await page.route("**/neighbors/*", (route) => route.abort());
      await page.locator("#canvas").focus();
      await page.keyboard.press("Enter");
      await visible(page, "#pinned .sheet p");
      const { width } = await page.locator("#pinned .sheet p").boundingBox();
      assert.ok(width > 250, String(width));
    }),
  );

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
        if ((await page.locator("#export-links").count()) === 0) return;
        await page.waitForTimeout(1100);
        await page.locator("#export-links").click();
        await page.waitForFunction((text) => document.getElementById("message").textContent !== text, told);
        const answer = await message("exports/");
        const links = exportedFiles(answer).filter((file) => file.isSymbolicLink());
        assert.ok(links.length >= count, `${links.length} of ${count}`);
      }),
  );

  await check("served: a label is written beside the run and colours the map", async () =>
    closing(await open(address), async (page) => {
      const count = await selectSome(page);
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
  const shown = Math.min(images, 20000).toLocaleString("en-US");

  await check("watched: the finished map comes onto the same page", async () =>
    watching("2,60", async (page, { program: fitting, ended }, folder) => {
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
      await trainingSays(page, "[Gg]o on with:tsimcne /");
      await picture(page, "watched-stopped");
      assert.equal(await ended, 130);
    }),
  );
}

/** Files of photographs' sizes, each of some of the run's images on a ground of a colour of its own. */
async function writePhotographs(folder, count, first = 0) {
  await closing(await open(address), async (page) => {
    for (let at = first; at < first + count; ++at) {
      const bytes = await page.evaluate(async (number) => {
        const shown = await createImageBitmap(await (await fetch(`image/${number}`)).blob());
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = number % 3 ? [1200, 900] : [700, 1100];
        const context = canvas.getContext("2d");
        context.fillStyle = `hsl(${(number * 137) % 360} 40% 60%)`;
        context.fillRect(0, 0, canvas.width, canvas.height);
        context.drawImage(shown, 100, 100, canvas.width - 200, canvas.height - 200);
        const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
        return Array.from(new Uint8Array(await blob.arrayBuffer()));
      }, at);
      writeFileSync(join(folder, `${at}.jpg`), Buffer.from(bytes));
    }
  });
}

async function checkOneCommand() {
  const [photos, count] = [join(room, "photos"), 240];
  mkdirSync(photos);
  await writePhotographs(photos, count);

  await check("one command: images, places, the map, in one tab", async () => {
    const { program: making, address: where, ended } = await start(photos, "--budget", "40s");
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(120000);
    const complaints = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(String(error)));
    try {
      await page.goto(where);
      await page.evaluate(() => (window.isTheSamePage = true));
      await page.waitForFunction(() => window.tsimcne?.isReady);
      assert.equal(await page.evaluate(() => window.tsimcne.count), count);
      assert.equal(await page.locator("#title").textContent(), "photos");
      const coloured = await placeOf(page, 7);
      await picture(page, "session-colours");
      await trainingSays(page, "epoch");
      await page.waitForFunction(([x, y]) => {
        const now = window.tsimcne.screenPlace(7);
        return Math.hypot(now[0] - x, now[1] - y) > 3;
      }, coloured);
      await picture(page, "session-learning");
      await visible(page, "#training .buttons button");
      await page.locator("#training").waitFor({ state: "hidden" });
      assert.ok(await page.evaluate(() => window.isTheSamePage));
      await visible(page, "#place");
      await page.waitForTimeout(2000);
      await picture(page, "session-ready");
      assert.deepEqual(complaints, []);
    } finally {
      making.kill("SIGINT");
      await ended;
      await context.close();
    }
  });

  await check("one command: again, with images that are new and gone", async () => {
    await writePhotographs(photos, 5, count);
    rmSync(join(photos, "0.jpg"));
    const { program: again, address: where, ended } = await start(photos);
    try {
      await closing(await open(where), async (page) => {
        assert.equal(await page.evaluate(() => window.tsimcne.count), count + 5);
        assert.match(await page.locator("#note").textContent(), /5 images are new.*1 image is gone/);
        assert.ok(await page.locator("#colour option", { hasText: "since the map was made" }).count());
        assert.deepEqual(page.complaints, []);
      });
    } finally {
      again.kill("SIGINT");
      await ended;
    }
  });
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
  await checkOneCommand();
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
