import assert from "node:assert/strict";
import { test } from "node:test";
import { colourBy, colourByClass, colourByDensity, colourByNumber, colourChoices } from "../src/colouring.ts";
import { parseMap } from "../src/columns.ts";
import { unlabelled } from "../src/palette.ts";
import { mapOf } from "./containers.ts";

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
  const numbers = Float64Array.from({ length: 1000 }, (_, i) => i);
  numbers[0] = NaN;
  numbers[999] = 1e9;
  const { scale } = colourByNumber(numbers, false);
  assert.ok(scale.kind === "numbers");
  assert.ok(scale.high < 1000 && scale.isAbove);
  assert.equal(scale.missing, 1);
});

test("numbers that are all the same, or none at all, have a colour", () => {
  for (const numbers of [Float64Array.of(3, 3, 3), Float64Array.of(NaN, NaN), new Float64Array()]) {
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

test("categories that are numbers can be classes or a scale", () => {
  const places = [0, 1, 2];
  const map = parseMap(
    mapOf(
      { count: 3, dimensions: 2 },
      [
        { name: "x", type: "f32", values: places },
        { name: "y", type: "f32", values: places },
        { name: "stars", type: "i32", kind: "category", values: [0, -1, 1] },
        { name: "city", type: "i32", kind: "category", values: [0, 1, 1] },
      ],
      [{}, {}, { values: ["2", "10"] }, { values: ["Bonn", "Ulm"] }],
    ),
  );
  const keys = colourChoices(map).map(({ key }) => key);
  assert.deepEqual(
    keys.filter((key) => key.includes(":")),
    ["column:stars", "numbers:stars", "column:city"],
  );
  const nothing = () => {
    throw new Error("neither density nor clusters are needed");
  };
  const by = (key: string) => colourBy(key, map, nothing, nothing, false).scale;
  assert.equal(by("column:stars").kind, "classes");
  const scale = by("numbers:stars");
  assert.ok(scale.kind === "numbers");
  assert.deepEqual([scale.low, scale.high, scale.missing], [2, 10, 1]);
  assert.equal(by("numbers:city").kind, "classes");
});
