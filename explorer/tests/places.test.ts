import assert from "node:assert/strict";
import { test } from "node:test";
import { Places } from "../src/places.ts";

test("the nearest points come nearest first, however bad the first guess", () => {
  const places = new Places(
    Float32Array.from({ length: 100 }, (_, i) => i * i),
    new Float32Array(100),
  );
  for (const start of [1e-9, 5, 1e6]) {
    assert.deepEqual(places.nearest(10.5, 0, 4, start), [3, 4, 2, 1]);
    assert.equal(places.nearest(0, 0, 1000, start).length, 100);
  }
  assert.equal(places.nearestWithin(10.5, 0, 0.5), null);
  assert.equal(places.nearestWithin(10.5, 0, 2), 3);
});
