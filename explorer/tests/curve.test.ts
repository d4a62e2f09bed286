import assert from "node:assert/strict";
import { test } from "node:test";
import { drawCurve, tellTime } from "../src/curve.ts";

test("each stage's losses fill the curve's height", () => {
  const loss = (stage: number, value: number) => ({ stage, loss: value, attraction: 0, repulsion: 0 });
  const { path, stages } = drawCurve(
    [loss(1, 9), loss(1, 5), loss(2, 100), loss(2, 80), loss(2, NaN)],
    300,
    80,
  );
  assert.equal(path, "M0.0 0.0L100.0 80.0M200.0 0.0L300.0 80.0");
  assert.deepEqual(stages, [150]);
  assert.equal(drawCurve([], 300, 80).path, "");
});

test("time is told in words", () => {
  assert.equal(tellTime(20.4), "20 s");
  assert.equal(tellTime(412.5), "7 min");
  assert.equal(tellTime(7500), "2 h 5 min");
});
