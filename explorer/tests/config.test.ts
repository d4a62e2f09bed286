import assert from "node:assert/strict";
import { test } from "node:test";
import { parseConfig } from "../src/config.ts";

test("what the program says of the page is read, and nonsense is left out", () => {
  const config = {
    served: true,
    title: "a map",
    placing: true,
    neighbors: false,
    watching: true,
    links: true,
    arriving: false,
    map: "0123456789abcdef",
  };
  assert.deepEqual(parseConfig(JSON.stringify(config)), config);
  assert.deepEqual(parseConfig('{"served": 1, "title": 2, "watching": "yes", "links": "3", "map": 4, "more": 5}'), {
    served: false,
    title: "map",
    placing: false,
    neighbors: false,
    watching: false,
    links: false,
    arriving: false,
    map: "",
  });
});
