import assert from "node:assert/strict";
import { test } from "node:test";
import { parseComparison } from "../src/comparison_config.ts";

test("what the program says is read", () => {
  const config = parseComparison(
    JSON.stringify({
      title: "photos",
      table: {
        first: "method",
        columns: [{ title: "kept", meaning: "of all" }],
        rows: [
          { name: "pca", cells: [{ text: "12 %", best: true }], problem: "" },
          { name: "tsne", cells: [], problem: "it crashed" },
        ],
        notes: ["As said."],
      },
      maps: [{ name: "pca", figure: "12 %" }],
    }),
  );
  assert.equal(config.rows[0].cells[0].best, true);
  assert.equal(config.rows[1].problem, "it crashed");
  assert.deepEqual(config.maps, [{ name: "pca", figure: "12 %" }]);
  assert.deepEqual(config.notes, ["As said."]);
});

test("what makes no sense is empty", () => {
  const config = parseComparison('{"title":3,"table":{"rows":[7,{"name":null}]},"maps":"none"}');
  assert.equal(config.title, "");
  assert.deepEqual(config.rows, [
    { name: "", cells: [], problem: "" },
    { name: "", cells: [], problem: "" },
  ]);
  assert.deepEqual(config.maps, []);
});
