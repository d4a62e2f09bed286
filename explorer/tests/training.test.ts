import assert from "node:assert/strict";
import { test } from "node:test";
import type { Progress } from "../src/source.ts";
import { tellEnd, tellState } from "../src/training.ts";

const progress = (state: Progress["state"], more: Partial<Progress> = {}): Progress => ({
  state,
  resume: "tsimcne photos.map",
  words: "",
  done: 0,
  total: 0,
  stage: 1,
  stages: 2,
  epoch: 3,
  epochs: 4,
  secondsLeft: 5,
  version: 6,
  losses: [],
  ...more,
});

test("what is done is told where no epoch is under way", () => {
  assert.equal(tellState(progress("learning")), null);
  assert.equal(tellState(progress("learning", { stage: 0, words: "Plan for 3m" })), "Plan for 3m");
  assert.match(tellState(progress("learning", { stage: 0 }))!, /begins/);
  assert.match(tellState(progress("mapping"))!, /being written/);
  assert.match(tellState(progress("stopped"))!, /was stopped.*being written/);
  assert.match(tellState(progress("ready"))!, /finished map/);
  assert.match(tellState(progress("failed", { words: "the disk is full" }))!, /no map: the disk is full/);
});

test("a program that was stopped has ended; another one may not have", () => {
  assert.match(tellEnd(progress("stopped")), /has ended\. Go on with/);
  assert.match(tellEnd(progress("learning")), /If it has ended/);
  assert.match(tellEnd(progress("mapping")), /If it has ended/);
});
