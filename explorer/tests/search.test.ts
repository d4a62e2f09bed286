import assert from "node:assert/strict";
import { test } from "node:test";
import { search, wordsOf } from "../src/search.ts";

const fields = {
  texts: [{ texts: () => ["train/coat/1.png", "train/bag/2.png", "test/coat/3.png", "x/öl.png"] }],
  codes: [{ values: ["Coat", "Bag"], codes: Int32Array.of(0, 1, 0, -1) }],
};

const found = (query: string) => [...search(query, 4, fields)];

test("words are found in names and labels, whatever their case", () => {
  assert.deepEqual(found("COAT"), [0, 2]);
  assert.deepEqual(found("bag"), [1]);
  assert.deepEqual(found("Öl"), [3]);
  assert.deepEqual(found("nothing"), []);
});

test("all words must be there, each somewhere", () => {
  assert.deepEqual(found("coat test"), [2]);
  assert.deepEqual(found('"t/coat" coat'), [2]);
});

test("no words find nothing", () => {
  assert.deepEqual(found("  "), []);
  assert.deepEqual(found('"'), []);
  assert.deepEqual(wordsOf('a "b c" d"'), ["a", "b c", "d"]);
});
