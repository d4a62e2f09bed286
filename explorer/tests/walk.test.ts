import assert from "node:assert/strict";
import { test } from "node:test";
import { Walk } from "../src/walk.ts";

test("a walk goes back the way it came", () => {
  const walk = new Walk();
  for (const id of [5, 7, 7, 9]) walk.visit(id);
  assert.equal(walk.back(), 7);
  assert.equal(walk.back(), 5);
  assert.equal(walk.back(), null);
  assert.ok(walk.isAtStart && walk.hasVisited(5) && !walk.hasVisited(9));
});
