import assert from "node:assert/strict";
import { test } from "node:test";
import { tile } from "../src/tiles.ts";

test("as many in a row as make the maps largest", () => {
  assert.deepEqual(tile(4, 1200, 700, 24, 14), { columns: 2, side: 319 });
  assert.equal(tile(2, 1200, 500, 24, 14).columns, 2);
  assert.equal(tile(3, 500, 2000, 24, 14).columns, 1);
});

test("all maps are in sight", () => {
  for (let count = 1; count <= 8; ++count) {
    const { columns, side } = tile(count, 1600, 900, 24, 14);
    const rows = Math.ceil(count / columns);
    assert.ok(columns * side + (columns - 1) * 14 <= 1600);
    assert.ok(rows * (side + 24) + (rows - 1) * 14 <= 900);
  }
});

test("many maps in a small window can still be read", () => {
  const { columns, side } = tile(12, 800, 400, 24, 14);
  assert.ok(side >= 240);
  assert.equal(columns, 3);
});
