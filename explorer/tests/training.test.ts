import assert from "node:assert/strict";
import { test } from "node:test";
import type { Progress } from "../src/source.ts";
import { tellEnd, tellState } from "../src/training.ts";

const progress = (state: Progress["state"]): Progress => ({
  state,
  resume: "tsimcne fit -o map --resume --watch",
  stage: 1,
  stages: 2,
  epoch: 3,
  epochs: 4,
  secondsLeft: 5,
  version: 6,
  losses: [],
});

test("what is done is told where no epoch is under way", () => {
  assert.equal(tellState(progress("training")), null);
  assert.match(tellState(progress("writing"))!, /results are being written/);
  assert.match(tellState(progress("stopped"))!, /was stopped.*being written/);
  assert.match(tellState(progress("finished"))!, /finished map/);
});

test("a program that was stopped has ended; another one may not have", () => {
  assert.match(tellEnd(progress("stopped")), /has ended\. Go on with/);
  assert.match(tellEnd(progress("training")), /If it has ended/);
  assert.match(tellEnd(progress("writing")), /If it has ended/);
});
