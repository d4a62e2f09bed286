import assert from "node:assert/strict";
import { test } from "node:test";
import { tellDate, tellPlace } from "../src/elements.ts";

test("a place on a scale is told as finely as the scale is long", () => {
  assert.equal(tellPlace(20240115.5, 29), "20240115.5");
  assert.equal(tellPlace(1234567890123.4, 1e12), "1234567890123");
  assert.equal(tellPlace(48.1374321, 0.01), "48.13743");
  assert.equal(tellPlace(0.1 + 0.2, 1), "0.3");
  assert.equal(tellPlace(2.5e-9, 1e-9), "2.5e-9");
  assert.equal(tellPlace(3, 0), "3");
});

test("a date is told by its day, and by the hour on a short scale", () => {
  assert.equal(tellDate(1704412800, 1e8), "2024-01-05");
  assert.equal(tellDate(1704412800 + 45000, 86400), "2024-01-05 12:30");
  assert.equal(tellDate(NaN, 1), "none");
});
