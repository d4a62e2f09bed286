// Looks at a comparison's page as a person would, in Chromium.
//
//   REPORT=folder [SCREENSHOTS=folder] node tests/end_to_end_comparison.mjs

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { chromium } from "playwright-core";

const { REPORT, SCREENSHOTS } = process.env;
if (!REPORT) throw new Error("Set REPORT to the folder of a finished comparison of labelled images.");

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
page.setDefaultTimeout(15000);
const complaints = [];
const requests = [];
page.on("console", (message) => {
  if (["error", "warning"].includes(message.type())) complaints.push(message.text());
});
page.on("pageerror", (error) => complaints.push(String(error)));
page.on("request", (request) => requests.push(request.url()));
let failed = 0;

async function check(name, test) {
  try {
    await test();
    console.log(`ok    ${name}`);
  } catch (error) {
    ++failed;
    console.log(`FAIL  ${name}\n      ${String(error.stack).split("\n").slice(0, 8).join("\n      ")}`);
  }
}

async function photograph(name) {
  if (!SCREENSHOTS) return;
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `comparison-${name}.png`) });
}

const rings = () => page.locator(".ring:visible").count();
const selected = () => page.evaluate(() => window.tsimcne.state.selection.value.length);

/** Where a map is in the window, and the place of an image at which a pointer finds something. */
async function mapPlace(index) {
  return page.evaluate((which) => {
    const map = window.tsimcne.maps[which];
    map.place.scrollIntoView({ block: "center" });
    const { left, top, width, height } = map.place.getBoundingClientRect();
    const [x, y] = map.screenPlace(0);
    return { left, top, width, height, x: left + x + 1, y: top + y + 1 };
  }, index);
}

async function drag(corners) {
  await page.mouse.move(...corners[0]);
  await page.mouse.down();
  for (const corner of corners.slice(1)) await page.mouse.move(...corner, { steps: 4 });
  await page.mouse.up();
}

await page.goto(`file://${resolve(REPORT, "report.html")}`);
await page.waitForFunction(() => window.tsimcne || !document.getElementById("trouble").hidden);
const maps = await page.evaluate(() => window.tsimcne.maps.length);
await page.waitForTimeout(500);

await check("there are a table and all maps, and nothing is asked of any network", async () => {
  assert.ok(maps > 1);
  assert.ok((await page.locator("#table tbody tr").count()) >= maps);
  assert.equal(await page.locator("#maps canvas").count(), maps);
  assert.ok(requests.every((url) => /^(file|blob|data):/.test(url)), requests.join(" "));
  await photograph("whole");
});

await check("the image that is pointed at has a ring on every map, and is shown", async () => {
  const { x, y } = await mapPlace(1);
  await page.mouse.move(x, y);
  await page.locator("#hover").waitFor({ state: "visible" });
  assert.equal(await rings(), maps);
  await page.waitForTimeout(300);
  await photograph("hover");
  await page.mouse.move(1, 1);
  assert.equal(await rings(), 0);
});

await check("what is drawn around on one map is chosen on all, Shift adds, a click beside clears", async () => {
  const { left, top, width, height } = await mapPlace(0);
  const at = (x, y) => [left + x * width, top + y * height];
  await drag([at(0.02, 0.02), at(0.5, 0.02), at(0.5, 0.98), at(0.02, 0.98)]);
  const half = await selected();
  assert.ok(half > 0);
  assert.match(await page.locator("#chosen").textContent(), /images/);
  await page.waitForTimeout(300);
  await photograph("selection");
  await page.keyboard.down("Shift");
  await drag([at(0.4, 0.01), at(0.99, 0.01), at(0.99, 0.99), at(0.4, 0.99)]);
  await page.keyboard.up("Shift");
  assert.ok((await selected()) > half);
  await page.mouse.click(...at(0.5, 0.007));
  assert.equal(await selected(), 0);
});

await check("classes of the legend are highlighted", async () => {
  await page.locator("#legend .class").nth(2).click();
  assert.equal(await page.locator('#legend [aria-pressed="true"]').count(), 1);
  await photograph("class");
  await page.keyboard.press("Escape");
  assert.equal(await page.locator('#legend [aria-pressed="true"]').count(), 0);
});

await check("dark, and in a narrow window", async () => {
  await page.locator("#dark").check();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "dark");
  await page.waitForTimeout(300);
  await photograph("dark");
  await page.setViewportSize({ width: 420, height: 800 });
  await page.waitForTimeout(300);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
  await photograph("narrow");
});

await check("nothing was complained of", async () => assert.deepEqual(complaints, []));

await browser.close();
process.exit(failed > 0 ? 1 : 0);
