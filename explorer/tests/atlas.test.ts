import assert from "node:assert/strict";
import { test } from "node:test";
import { cellOfSlot, levelFor } from "../src/atlas.ts";

test("a slot has its page and its cell, and the level is the smallest that is sharp", () => {
  const levels = [
    { side: 16, columns: 4, pages: 9 },
    { side: 28, columns: 3, pages: 9 },
  ];
  assert.deepEqual(cellOfSlot(33, levels[0]), { page: 2, cell: 1 });
  assert.deepEqual(cellOfSlot(8, levels[1]), { page: 0, cell: 8 });
  assert.equal(levelFor(levels, 12), 0);
  assert.equal(levelFor(levels, 24), 1);
  assert.equal(levelFor(levels, 200), 1);
});
