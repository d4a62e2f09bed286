// How fast a page comes, how fast it moves, and how much memory it takes, in Chromium:
//
//   node tests/speed.mjs http://127.0.0.1:40000/ | file:///tmp/map.html
//
// Prints milliseconds from the start of the navigation to the first frame, the frame times while the
// map is dragged and zoomed, and the largest memory of the page's processes.

import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const address = process.argv[2];
if (!address) throw new Error("Name the address of a page.");

const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
page.setDefaultTimeout(120_000);
const system = await browser.newBrowserCDPSession();

/** Megabytes in memory of the processes that draw and run the page. */
async function memory() {
  const { processInfo } = await system.send("SystemInfo.getProcessInfo");
  const megabytes = { renderer: 0, GPU: 0 };
  for (const { type, id } of processInfo) {
    if (!(type in megabytes)) continue;
    const kilobytes = Number(readFileSync(`/proc/${id}/status`, "utf8").match(/VmRSS:\s+(\d+)/)[1]);
    megabytes[type] += kilobytes / 1024;
  }
  return megabytes;
}

const quantile = (values, share) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))];

/** Times of the frames that are drawn while `move` goes on. */
async function frames(move) {
  await page.evaluate(() => {
    window.frameTimes = [];
    let last = performance.now();
    const note = (now) => {
      window.frameTimes.push(now - last);
      last = now;
      window.frameRequest = requestAnimationFrame(note);
    };
    window.frameRequest = requestAnimationFrame(note);
  });
  await move();
  return page.evaluate(() => {
    cancelAnimationFrame(window.frameRequest);
    return window.frameTimes.slice(1);
  });
}

async function drag() {
  await page.mouse.move(700, 400);
  await page.mouse.down();
  for (let i = 1; i <= 60; ++i) await page.mouse.move(700 + 3 * i, 400 + 2 * (i % 20));
  await page.mouse.up();
}

async function zoom(clicks) {
  for (let i = 0; i < Math.abs(clicks); ++i) {
    await page.mouse.wheel(0, clicks > 0 ? -120 : 120);
    await page.waitForTimeout(30);
  }
  await page.waitForTimeout(1500); // thumbnails come in
}

const tell = (name, times) =>
  console.log(
    `${name}: ${times.length} frames, median ${quantile(times, 0.5).toFixed(0)} ms, ` +
      `95 % below ${quantile(times, 0.95).toFixed(0)} ms`,
  );

await page.goto(address);
await page.waitForFunction(() => performance.getEntriesByName("first-frame").length > 0);
const first = await page.evaluate(() => performance.getEntriesByName("first-frame")[0].startTime);
console.log(`first frame after ${first.toFixed(0)} ms`);
await page.waitForTimeout(2000);
let most = await memory();
tell("dragging the whole map", await frames(drag));
for (const clicks of [12, 12, 12, -36]) {
  tell(clicks > 0 ? "zooming in" : "zooming out", await frames(() => zoom(clicks)));
  const now = await memory();
  most = { renderer: Math.max(most.renderer, now.renderer), GPU: Math.max(most.GPU, now.GPU) };
}
console.log(
  `at most ${most.renderer.toFixed(0)} MB in the page's process, ${most.GPU.toFixed(0)} MB in the one that draws`,
);
await browser.close();
