import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../src/pace.ts";

test("fewer points are drawn while frames come late, and all when they come in time again", () => {
  const pace = new Pace(1e6);
  assert.equal(pace.pointsFor(16, true), 1e6);
  assert.equal(pace.pointsFor(100, true), 5e5);
  assert.equal(pace.pointsFor(1000, true), 125000);
  assert.equal(pace.pointsFor(1000, true), 50000);
  assert.equal(pace.pointsFor(1000, true), 50000);
  assert.equal(pace.pointsFor(40, true), 50000);
  for (let i = 0; i < 8; ++i) pace.pointsFor(16, true);
  assert.equal(pace.pointsFor(16, true), 1e6);
});

test("a map that is still has all its points, and a small map always", () => {
  const pace = new Pace(1e6);
  pace.pointsFor(1000, true);
  assert.equal(pace.pointsFor(1000, false), 1e6);
  assert.equal(new Pace(300).pointsFor(5000, true), 300);
  assert.equal(new Pace(0).pointsFor(5000, true), 0);
});
