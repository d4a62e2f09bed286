import assert from "node:assert/strict";
import { test } from "node:test";
import { countPoints, densityAtPoints, estimateDensity, PointCounts, smooth } from "../src/density.ts";
import { boundingBox } from "../src/view.ts";
import { blobs } from "./blobs.ts";

test("smoothing keeps the number of points and spreads them as a Gaussian", () => {
  const point = Float32Array.of(5);
  const grid = countPoints(point, point, { left: 0, right: 10, bottom: 0, top: 10 }, 101);
  const { values, columns } = smooth(grid, 5);
  const sum = values.reduce((total, value) => total + value, 0);
  assert.ok(Math.abs(sum - 1) < 1e-3, `${sum}`);
  let variance = 0;
  const [peak] = [values.indexOf(Math.max(...values)) % columns];
  values.forEach((value, i) => (variance += value * ((i % columns) - peak) ** 2));
  assert.ok(Math.abs(Math.sqrt(variance) - 5) < 0.6, `${Math.sqrt(variance)}`);
});

test("density is larger within a blob than between blobs", () => {
  const { x, y, blob } = blobs(
    [
      [0, 0, 1000],
      [10, 0, 1000],
    ],
    1,
  );
  const withLone = { x: Float32Array.of(...x, 5), y: Float32Array.of(...y, 0) };
  const box = boundingBox(withLone.x, withLone.y);
  const density = densityAtPoints(estimateDensity(withLone.x, withLone.y, box).grid, withLone.x, withLone.y);
  const mean = density.slice(0, blob.length).reduce((sum, value) => sum + value, 0) / blob.length;
  assert.ok(density[blob.length] < 0.1 * mean);
});

test("points in boxes are counted to the cell", () => {
  const x = Float32Array.from({ length: 1000 }, (_, i) => i % 100);
  const y = Float32Array.from({ length: 1000 }, (_, i) => Math.floor(i / 100) * 10);
  const counts = new PointCounts(x, y, boundingBox(x, y));
  assert.equal(counts.within({ left: -1, right: 200, bottom: -1, top: 200 }), 1000);
  assert.equal(counts.within({ left: -0.5, right: 49.5, bottom: -5, top: 95 }), 500);
  assert.equal(counts.within({ left: 300, right: 400, bottom: 0, top: 10 }), 0);
});
