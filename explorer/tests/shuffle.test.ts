import assert from "node:assert/strict";
import { test } from "node:test";
import { ranks, shuffledOrder } from "../src/shuffle.ts";

test("the order of drawing has each image once and looks random", () => {
  const order = shuffledOrder(1000);
  assert.deepEqual(
    [...order].sort((a, b) => a - b),
    Array.from({ length: 1000 }, (_, i) => i),
  );
  const fixed = order.filter((id, i) => id === i).length;
  assert.ok(fixed < 12, `${fixed}`);
  const rank = ranks(order);
  assert.equal(order[rank[77]], 77);
});
