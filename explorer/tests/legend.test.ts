import assert from "node:assert/strict";
import { test } from "node:test";
import { colourByNumber, type NumberScale } from "../src/colouring.ts";
import { ticksOf } from "../src/legend.ts";

const ticks = (...numbers: number[]) =>
  ticksOf(colourByNumber(Float64Array.from(numbers), false).scale as NumberScale);

test("a scale of years has no half years, and one of fractions has its middle", () => {
  assert.deepEqual(ticks(2021, 2022), ["2021", "2022"]);
  assert.deepEqual(ticks(2020, 2023, NaN), ["2020", "2023"]);
  assert.deepEqual(ticks(2020, 2024), ["2020", "2022", "2024"]);
  assert.deepEqual(ticks(1900, 2021), ["1900", "1961", "2021"]);
  assert.deepEqual(ticks(0, 0.5), ["0", "0.25", "0.5"]);
});
