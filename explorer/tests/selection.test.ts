import assert from "node:assert/strict";
import { test } from "node:test";
import { combine, countCodes, inBoth, isInside, pointsInside, rectangle } from "../src/selection.ts";

const star = Float64Array.of(0, 3, 1, 1, 3, 0, 1, -1, 0, -3, -1, -1, -3, 0, -1, 1);

test("a point is inside an outline that is not convex, or it is not", () => {
  assert.ok(isInside(0, 0, star));
  assert.ok(isInside(0, 2.5, star));
  assert.ok(!isInside(2, 2, star));
  assert.ok(!isInside(-2, 1.5, star));
  assert.ok(!isInside(5, 0, star));
});

test("an outline that crosses itself leaves out what it runs around twice", () => {
  const twice = Float64Array.of(0, 0, 4, 0, 4, 4, 0, 4, 0, 0, 1, 1, 3, 1, 3, 3, 1, 3, 1, 1);
  assert.ok(isInside(0.5, 2, twice));
  assert.ok(!isInside(2, 2, twice));
});

test("a rectangle chooses what lies in it, drawn in any direction", () => {
  const x = Float32Array.of(0, 1, 2, 3);
  const y = Float32Array.of(0, 1, 2, 3);
  assert.deepEqual([...pointsInside(x, y, rectangle(2.5, 2.5, 0.5, 0.5))], [1, 2]);
  assert.deepEqual([...pointsInside(x, y, rectangle(0.5, 2.5, 2.5, 0.5))], [1, 2]);
});

test("an outline of one corner holds nothing", () => {
  assert.deepEqual([...pointsInside(Float32Array.of(1), Float32Array.of(1), Float64Array.of(1, 1))], []);
});

test("choices replace, add and subtract, ascending and each once", () => {
  const before = Uint32Array.of(2, 10, 300);
  assert.deepEqual([...combine(before, Uint32Array.of(9, 2), "replace")], [2, 9]);
  assert.deepEqual([...combine(before, Uint32Array.of(9, 2), "add")], [2, 9, 10, 300]);
  assert.deepEqual([...combine(before, Uint32Array.of(9, 2), "subtract")], [10, 300]);
});

test("codes are counted, the most frequent first", () => {
  const codes = Int32Array.of(1, 0, 1, -1, 1);
  assert.deepEqual(countCodes(Uint32Array.of(0, 1, 2, 3), codes), [
    { code: 1, count: 2 },
    { code: -1, count: 1 },
    { code: 0, count: 1 },
  ]);
});

test("what is in both lists stays in its order", () => {
  assert.deepEqual(inBoth(Uint32Array.of(1, 4, 6, 9), Uint32Array.of(0, 4, 9, 12)), Uint32Array.of(4, 9));
  assert.deepEqual(inBoth(Uint32Array.of(1), Uint32Array.of()), Uint32Array.of());
});
