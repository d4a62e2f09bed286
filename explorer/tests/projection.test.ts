import assert from "node:assert/strict";
import { test } from "node:test";
import { oblique, project, projectPoint } from "../src/projection.ts";

test("a solid map is seen from an oblique direction, with z upwards", () => {
  const [x, y] = projectPoint(0, 0, 1, oblique);
  assert.ok(Math.abs(x) < 1e-12 && y > 0.8);
  const seen = project(
    { x: Float32Array.of(1, 2), y: Float32Array.of(3, -4), z: Float32Array.of(5, 0.5) },
    oblique,
  );
  const [sx, sy] = projectPoint(2, -4, 0.5, oblique);
  assert.ok(Math.abs(seen.x[1] - sx) < 1e-5 && Math.abs(seen.y[1] - sy) < 1e-5);
});
