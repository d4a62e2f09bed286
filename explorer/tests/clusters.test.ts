import assert from "node:assert/strict";
import { test } from "node:test";
import { densestPlaces, findClusters } from "../src/clusters.ts";
import { boundingBox } from "../src/view.ts";
import { blobs } from "./blobs.ts";

test("separate blobs are clusters, the largest first, with their points and middles", () => {
  const { x, y, blob } = blobs(
    [
      [0, 0, 800],
      [10, 0, 2000],
      [0, 10, 400],
    ],
    1,
  );
  const { clusters, of } = findClusters(x, y, boundingBox(x, y));
  assert.equal(clusters.length, 3);
  const [first, second, third] = clusters;
  assert.ok(Math.hypot(first.x - 10, first.y) < 1, `${first.x} ${first.y}`);
  assert.ok(Math.hypot(second.x, second.y) < 1);
  assert.ok(Math.hypot(third.x, third.y - 10) < 1);
  assert.equal(blob[first.exemplar], 1);
  const rank = [1, 0, 2];
  const right = blob.filter((i, id) => of[id] === rank[i]).length;
  assert.ok(right / blob.length > 0.9, `${right} of ${blob.length}`);
});

test("one blob is one cluster, however its sample wavers", () => {
  const { x, y } = blobs([[3, 3, 3000]], 1);
  assert.equal(findClusters(x, y, boundingBox(x, y)).clusters.length, 1);
});

test("two blobs that nearly coincide are one cluster", () => {
  const { x, y } = blobs(
    [
      [0, 0, 1000],
      [1, 0, 1000],
      [30, 0, 1000],
    ],
    1,
  );
  assert.equal(findClusters(x, y, boundingBox(x, y)).clusters.length, 2);
});

test("a class is named where it is densest, however many other points there are", () => {
  const { x, y, blob } = blobs(
    [
      [0, 0, 5000],
      [10, 0, 500],
    ],
    1,
  );
  const ids = Uint32Array.from(blob.flatMap((i, id) => (i === 1 ? [id] : [])));
  const [place, ...others] = densestPlaces(x, y, boundingBox(x, y), ids);
  assert.ok(others.length === 0 && blob[place.exemplar] === 1 && Math.hypot(place.x - 10, place.y) < 1);
  assert.deepEqual(densestPlaces(x, y, boundingBox(x, y), Uint32Array.of(3))[0].exemplar, 3);
});

test("a class of few images is named at most of them, and one in a ring on the ring", () => {
  const { x, y } = blobs([[0, 0, 3000]], 1);
  [x[5], x[6], x[7], x[8], x[9]] = [4, 4.02, 40, 4.01, 90];
  for (const id of [5, 6, 7, 8, 9]) y[id] = 0;
  const few = densestPlaces(x, y, boundingBox(x, y), Uint32Array.of(5, 6, 7, 8, 9));
  assert.equal(few.length, 1);
  assert.ok(Math.abs(few[0].x - 4) < 0.1, String(few[0].x));
  const ring = Uint32Array.from({ length: 200 }, (_, i) => i);
  for (const i of ring) [x[i], y[i]] = [100 + 3 * Math.cos(i), 3 * Math.sin(i)];
  for (const place of densestPlaces(x, y, boundingBox(x, y), ring)) {
    assert.ok(Math.abs(Math.hypot(place.x - 100, place.y) - 3) < 1e-3, `${place.x} ${place.y}`);
  }
});

test("points in one place, and no points, end in no error", () => {
  const same = new Float32Array(50).fill(2);
  assert.equal(findClusters(same, same, boundingBox(same, same)).clusters.length, 1);
  const none = new Float32Array();
  assert.equal(findClusters(none, none, boundingBox(none, none)).clusters.length, 0);
});
