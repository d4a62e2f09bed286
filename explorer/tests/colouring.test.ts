import assert from "node:assert/strict";
import { test } from "node:test";
import { colourByClass, colourByDensity, colourByNumber } from "../src/colouring.ts";
import { unlabelled } from "../src/palette.ts";

test("classes are counted, and images without one are grey", () => {
  const { tints, scale } = colourByClass(Int32Array.of(0, 2, -1, 0), ["a", "b", "c"], "none", false);
  assert.ok(scale.kind === "classes");
  assert.deepEqual(
    scale.rows.map(({ name, count }) => [name, count]),
    [
      ["a", 2],
      ["c", 1],
      ["none", 1],
    ],
  );
  assert.deepEqual([...tints.slice(6, 9)], [...unlabelled]);
  assert.deepEqual([...tints.slice(0, 3)], [...tints.slice(9, 12)]);
});

test("a scale of numbers leaves outliers beyond its ends and tells of missing ones", () => {
  const numbers = Float32Array.from({ length: 1000 }, (_, i) => i);
  numbers[0] = NaN;
  numbers[999] = 1e9;
  const { scale } = colourByNumber(numbers, false);
  assert.ok(scale.kind === "numbers");
  assert.ok(scale.high < 1000 && scale.isAbove);
  assert.equal(scale.missing, 1);
});

test("numbers that are all the same, or none at all, have a colour", () => {
  for (const numbers of [Float32Array.of(3, 3, 3), Float32Array.of(NaN, NaN), new Float32Array()]) {
    const { tints } = colourByNumber(numbers, true);
    assert.equal(tints.length, 3 * numbers.length);
  }
});

test("density is coloured by rank", () => {
  const densities = Float32Array.from({ length: 512 }, (_, i) => Math.exp(i / 20));
  const { tints, scale } = colourByDensity(densities, false);
  assert.ok(scale.kind === "numbers");
  assert.deepEqual([...tints.slice(0, 3)], [...scale.steps[0]]);
  assert.deepEqual([...tints.slice(-3)], [...scale.steps[255]]);
  assert.deepEqual([...tints.slice(3 * 256, 3 * 257)], [...scale.steps[128]]);
});
