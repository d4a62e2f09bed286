import assert from "node:assert/strict";
import { test } from "node:test";
import type { MapData } from "../src/columns.ts";
import { writeLabel, writtenLabel, writtenName } from "../src/written_labels.ts";

test("labels that are written come into a column of their own, and can be taken away", () => {
  const map = { count: 4, metadata: [] } as unknown as MapData;
  assert.ok(writeLabel(map, "odd", Uint32Array.of(1, 2)));
  assert.ok(!writeLabel(map, "nice", Uint32Array.of(2)));
  writeLabel(map, "", Uint32Array.of(1));
  const [column] = map.metadata;
  assert.ok(column.kind === "category" && column.name === writtenName);
  assert.deepEqual([...column.codes], [-1, -1, 1, -1]);
  assert.deepEqual(column.values, ["odd", "nice"]);
  assert.deepEqual(
    [0, 1, 2].map((id) => writtenLabel(map, id)),
    ["", "", "nice"],
  );
  assert.equal(writtenLabel({ count: 1, metadata: [] } as unknown as MapData, 0), "");
});
