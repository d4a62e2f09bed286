import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseThumbnails, leastSide, sideFor, steadySide, thumbnailSide } from "../src/mosaic.ts";
import { View } from "../src/view.ts";

function lattice(columns: number): { x: Float32Array; y: Float32Array; ids: number[] } {
  const ids = Array.from({ length: columns * columns }, (_, i) => i);
  return {
    ids,
    x: Float32Array.from(ids, (i) => (i % columns) - columns / 2),
    y: Float32Array.from(ids, (i) => Math.floor(i / columns) - columns / 2),
  };
}

function viewAt(scale: number): View {
  const view = new View();
  Object.assign(view, { width: 960, height: 960, scale });
  return view;
}

test("thumbnails on a lattice are about as large as its cells", () => {
  const { x, y, ids } = lattice(30);
  for (const spacing of [12, 20, 32]) {
    const side = sideFor(ids, x, y, viewAt(spacing));
    assert.ok(side > 0.7 * spacing && side < 1.3 * spacing, `${spacing}: ${side}`);
  }
});

test("thumbnails take the points' place once they are large enough, or as is chosen", () => {
  assert.equal(thumbnailSide("zoom", leastSide - 1), null);
  assert.equal(thumbnailSide("zoom", 40), 40);
  assert.equal(thumbnailSide("never", 100), null);
  assert.ok(thumbnailSide("always", 3)! >= leastSide);
});

test("thumbnails grow with the map while they fit, and never jump", () => {
  assert.equal(steadySide(null, 40, 10), 40);
  assert.equal(steadySide({ side: 36, scale: 10 }, 40, 10), 36);
  assert.ok(Math.abs(steadySide({ side: 36, scale: 10 }, 40, 12) - 43.2) < 1e-9);
  assert.ok(steadySide({ side: 36, scale: 10 }, 80, 10) >= 80 / 1.35);
  assert.ok(steadySide({ side: 36, scale: 10 }, 20, 10) <= 20 * 1.35);
});

test("no more thumbnails are chosen than have room, and one for each crowd", () => {
  const { x, y, ids } = lattice(30);
  const view = viewAt(4);
  const side = 28;
  const chosen = chooseThumbnails(ids, x, y, view, side);
  const most = Math.ceil(120 / (0.7 * side) + 1) ** 2;
  assert.ok(chosen.length <= most && chosen.length >= most / 4, `${chosen.length} of ${most}`);
  assert.deepEqual(chooseThumbnails([3, 3, 3], x, y, view, side), [3]);
});

test("the images that are chosen stay the same while the map moves", () => {
  const { x, y, ids } = lattice(30);
  const view = viewAt(4);
  const before = chooseThumbnails(ids, x, y, view, 28);
  view.panBy(37, -11);
  assert.deepEqual(chooseThumbnails(ids, x, y, view, 28), before);
});
