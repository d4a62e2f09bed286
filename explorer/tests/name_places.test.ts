import assert from "node:assert/strict";
import { test } from "node:test";
import { placeNames } from "../src/name_places.ts";

const name = (x: number, y: number, size: number) => ({ x, y, size, width: 60, height: 20 });

test("of two names in one place the larger cluster's is shown", () => {
  assert.deepEqual(placeNames([name(100, 100, 5), name(120, 105, 9)], 800, 600), [false, true]);
});

test("names side by side are both shown, also where a hidden one would cover them", () => {
  const names = [name(100, 100, 9), name(160, 100, 8), name(130, 100, 5)];
  assert.deepEqual(placeNames(names, 800, 600), [true, true, false]);
});

test("names outside the window take no room", () => {
  assert.deepEqual(placeNames([name(-40, 100, 9), name(10, 100, 1)], 800, 600), [false, true]);
});

test("shown names never overlap, whatever is asked", () => {
  const names = Array.from({ length: 300 }, (_, i) => name((i * 97) % 800, (i * 61) % 600, (i * 31) % 53));
  const shown = names.filter((_, i) => placeNames(names, 800, 600)[i]);
  assert.ok(shown.length > 20 && shown.length < 300);
  for (const a of shown) {
    for (const b of shown) {
      assert.ok(a === b || Math.abs(a.x - b.x) >= 60 || Math.abs(a.y - b.y) >= 20);
    }
  }
});
