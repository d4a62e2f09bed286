import assert from "node:assert/strict";
import { test } from "node:test";
import { quote, table } from "../src/csv.ts";

test("fields of a table are quoted where they need it", () => {
  assert.equal(quote("plain"), "plain");
  assert.equal(quote('say "a, b"'), '"say ""a, b"""');
  assert.equal(quote("two\nlines"), '"two\nlines"');
  assert.equal(
    table(
      ["id", "path"],
      [
        [1, "a,b"],
        [2, "c"],
      ],
    ),
    'id,path\r\n1,"a,b"\r\n2,c\r\n',
  );
});
