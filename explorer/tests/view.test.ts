import assert from "node:assert/strict";
import { test } from "node:test";
import { boundingBox, fit, planFlight, View } from "../src/view.ts";

const near = (a: number, b: number) =>
  assert.ok(Math.abs(a - b) < 1e-6 * Math.max(1, Math.abs(b)), `${a} is not ${b}`);

function viewOf(): View {
  const view = new View();
  Object.assign(view, { x: 3, y: -2, scale: 40, width: 800, height: 600, whole: { x: 0, y: 0, scale: 20 } });
  return view;
}

test("the way to the screen and back ends where it began", () => {
  const view = viewOf();
  assert.deepEqual(view.toScreen(3, -2), [400, 300]);
  assert.deepEqual(view.toScreen(4, -1), [440, 260]);
  const [x, y] = view.toMap(123, 456);
  const [screenX, screenY] = view.toScreen(x, y);
  near(screenX, 123);
  near(screenY, 456);
  assert.equal(view.zoom, 2);
});

test("zooming leaves the place under the pointer where it is", () => {
  const view = viewOf();
  const before = view.toMap(100, 500);
  view.zoomAt(100, 500, 1.7);
  const after = view.toMap(100, 500);
  near(after[0], before[0]);
  near(after[1], before[1]);
  near(view.scale, 68);
});

test("zoom has bounds", () => {
  const view = viewOf();
  view.zoomAt(0, 0, 1e9);
  near(view.zoom, 4000);
  view.zoomAt(0, 0, 1e-20);
  near(view.zoom, 0.25);
});

test("dragging moves the map with the pointer", () => {
  const view = viewOf();
  const grabbed = view.toMap(200, 200);
  view.panBy(30, -50);
  const [x, y] = view.toScreen(...grabbed);
  near(x, 230);
  near(y, 150);
});

test("the whole map fits beside the panels", () => {
  const view = viewOf();
  const box = boundingBox(Float32Array.of(-4, 6), Float32Array.of(1, 3));
  view.whole = fit(box, 800, 600, { left: 300, right: 20, top: 10, bottom: 60 });
  view.camera = view.whole;
  const [left, bottom] = view.toScreen(-4, 1);
  const [right, top] = view.toScreen(6, 3);
  near(left, 300);
  near(right, 780);
  near((top + bottom) / 2, (10 + 540) / 2);
});

test("a map of one point, and of none, can be seen", () => {
  for (const x of [Float32Array.of(7), new Float32Array()]) {
    const camera = fit(boundingBox(x, x), 800, 600, { left: 0, right: 0, top: 0, bottom: 0 });
    assert.ok(Number.isFinite(camera.x) && camera.scale > 0 && Number.isFinite(camera.scale));
  }
});

test("a flight begins and ends at its cameras, and rises between places far apart", () => {
  const from = { x: 0, y: 0, scale: 100 };
  const to = { x: 50, y: -20, scale: 300 };
  const flight = planFlight(from, to, 800);
  for (const [at, camera] of [
    [flight.at(0), from],
    [flight.at(1), to],
    [flight.at(0.999999), to],
  ] as const) {
    assert.ok(
      Math.hypot(at.x - camera.x, at.y - camera.y) < 1e-3 && Math.abs(at.scale / camera.scale - 1) < 1e-3,
    );
  }
  assert.ok(flight.length > 0);
  assert.ok(flight.at(0.5).scale < 50);
});

test("a flight straight down only zooms", () => {
  const flight = planFlight({ x: 1, y: 2, scale: 10 }, { x: 1, y: 2, scale: 1000 }, 800);
  near(flight.at(0.5).scale, 100);
  near(flight.at(0.5).x, 1);
});
