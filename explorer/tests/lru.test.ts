import assert from "node:assert/strict";
import { test } from "node:test";
import { Lru } from "../src/lru.ts";

test("what was used last stays, and what goes is told", () => {
  const dropped: string[] = [];
  const pages = new Lru<string, number>(100, (_, key) => dropped.push(key));
  pages.add("a", 1, 40);
  pages.add("b", 2, 40);
  assert.equal(pages.get("a"), 1);
  pages.add("c", 3, 40);
  assert.deepEqual(dropped, ["b"]);
  assert.equal(pages.get("b"), undefined);
  assert.equal(pages.get("a"), 1);
  assert.equal(pages.bytes, 80);
});

test("an entry larger than the budget is kept alone", () => {
  const dropped: string[] = [];
  const pages = new Lru<string, number>(100, (_, key) => dropped.push(key));
  pages.add("a", 1, 10);
  pages.add("large", 2, 500);
  assert.deepEqual(dropped, ["a"]);
  assert.equal(pages.get("large"), 2);
  assert.equal(pages.bytes, 500);
});

test("an entry that is added again takes the old one's place", () => {
  const dropped: number[] = [];
  const pages = new Lru<string, number>(100, (value) => dropped.push(value));
  pages.add("a", 1, 60);
  pages.add("a", 2, 70);
  assert.deepEqual(dropped, [1]);
  assert.equal(pages.bytes, 70);
  assert.equal(pages.size, 1);
});

test("when all go, each is told", () => {
  const dropped: string[] = [];
  const pages = new Lru<string, number>(100, (_, key) => dropped.push(key));
  pages.add("a", 1, 60);
  pages.add("b", 2, 30);
  pages.clear();
  assert.deepEqual(dropped, ["a", "b"]);
  assert.equal(pages.size, 0);
  assert.equal(pages.bytes, 0);
});
