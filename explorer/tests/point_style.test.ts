import assert from "node:assert/strict";
import { test } from "node:test";
import { pointStyle } from "../src/point_style.ts";

test("points get smaller and paler with their number, and larger on zooming in", () => {
  const area = 1200 * 900;
  const sizes = [100, 5000, 70000, 1e6].map((count) => pointStyle(count, 1, area));
  for (let i = 1; i < sizes.length; ++i) {
    assert.ok(sizes[i].diameter < sizes[i - 1].diameter || i === 1);
    assert.ok(sizes[i].opacity <= sizes[i - 1].opacity);
  }
  const [whole, near] = [pointStyle(70000, 1, area), pointStyle(70000, 16, area)];
  assert.ok(near.diameter > 1.5 * whole.diameter && near.diameter < 16 * whole.diameter);
  assert.ok(near.opacity > whole.opacity && near.opacity <= 1);
});
