import assert from "node:assert/strict";
import { test } from "node:test";
import { FormatError, parseMap, parsePoints, parseTexts } from "../src/columns.ts";
import { container, mapOf, textsOf } from "./containers.ts";

const x = { name: "x", type: "f32" as const, values: [0, 1, 2] };
const y = { name: "y", type: "f32" as const, values: [5, 6, 7] };
const header = { count: 3, dimensions: 2, labels: ["bag", "coat"], note: "A note.", atlas: null };

function refuses(buffer: ArrayBuffer, what: RegExp, parse = parseMap): void {
  assert.throws(
    () => parse(buffer),
    (error) => error instanceof FormatError && what.test(error.message),
  );
}

test("a map is read as it was written", () => {
  const map = parseMap(
    mapOf(
      { ...header, atlas: { levels: [{ side: 16, columns: 2, pages: 1 }] } },
      [
        x,
        y,
        { name: "label", type: "i32", values: [1, -1, 0] },
        { name: "slot", type: "u32", values: [2, 0, 3] },
        { name: "neighbors", type: "u32", width: 2, values: [1, 2, 0, 2, 1, 0] },
        { name: "weight", type: "f64", kind: "number", values: [20240101, NaN, 2] },
        { name: "day", type: "f64", kind: "date", values: [0, NaN, 86400] },
        { name: "city", type: "i32", kind: "category", values: [0, -1, 1] },
      ],
      [{}, {}, {}, {}, {}, {}, {}, { values: ["Bonn", "Kyiv"] }],
    ),
  );
  assert.equal(map.count, 3);
  assert.equal(map.note, "A note.");
  assert.deepEqual([...map.x, ...map.y], [0, 1, 2, 5, 6, 7]);
  assert.deepEqual([...map.label!], [1, -1, 0]);
  assert.deepEqual([...map.slot!], [2, 0, 3]);
  assert.deepEqual(map.levels, [{ side: 16, columns: 2, pages: 1 }]);
  assert.deepEqual([...map.neighbors!.ids], [1, 2, 0, 2, 1, 0]);
  const [weight, day, city] = map.metadata;
  assert.ok(weight.kind === "number" && Number.isNaN(weight.numbers[1]));
  assert.equal(weight.numbers[0], 20240101);
  assert.ok(day.kind === "date" && day.numbers[2] === 86400);
  assert.ok(city.kind === "category" && city.values[city.codes[2]] === "Kyiv");
});

test("metadata named like a column of the map is kept apart", () => {
  const map = parseMap(mapOf(header, [x, y, { name: "x", type: "f64", kind: "number", values: [9, 9, 9] }]));
  assert.deepEqual([...map.x], [0, 1, 2]);
  assert.equal(map.metadata[0].name, "x");
});

test("what is no container is refused", () => {
  refuses(new ArrayBuffer(0), /begin with TSIMCNE1/);
  refuses(new ArrayBuffer(64), /begin with TSIMCNE1/);
  const short = container(header).slice(0, 40);
  refuses(short, /header should have/);
  refuses(container("{"), /not a JSON object/);
  refuses(container("[1]"), /not a JSON object/);
  refuses(container({ count: 3 }), /lists no columns/);
  refuses(container({ count: 3, columns: [7] }), /lists no columns/);
});

test("counts and offsets beyond the data are refused", () => {
  refuses(mapOf({ ...header, count: -1 }, [x, y]), /count is -1/);
  refuses(mapOf({ ...header, count: 1e18 }, [x, y]), /count is 1000000000000000000/);
  refuses(mapOf({ ...header, count: 2000000000 }, [x, y]), /needs 8000000000 bytes/);
  refuses(mapOf(header, [x, y], [{ offset: 4 }]), /no multiple of 8/);
  refuses(mapOf(header, [x, y], [{ offset: -8 }]), /offset of column "x" is -8/);
  refuses(mapOf(header, [x, y], [{ offset: 24 }]), /needs 12 bytes from 24/);
  refuses(mapOf(header, [x, y], [{ offset: 1e300 }]), /offset of column "x"/);
  refuses(mapOf(header, [x, y], [{ type: "f64" }]), /f32 was expected/);
});

test("values that make no sense are refused", () => {
  refuses(mapOf(header, [x]), /no column y/);
  refuses(mapOf({ ...header, dimensions: 4 }, [x, y]), /dimensions is 4/);
  refuses(mapOf({ ...header, dimensions: 3 }, [x, y]), /no column z/);
  refuses(mapOf(header, [{ ...x, values: [0, NaN, 1] }, y]), /x of image 1/);
  const label = { name: "label", type: "i32" as const, values: [0, 2, 1] };
  refuses(mapOf(header, [x, y, label]), /label of image 1 is 2, of 2 values/);
  refuses(mapOf({ ...header, labels: [1, 2] }, [x, y]), /list of labels/);
  const neighbors = { name: "neighbors", type: "u32" as const, width: 1, values: [1, 3, 0] };
  refuses(mapOf(header, [x, y, neighbors]), /neighbour has the id 3/);
  refuses(mapOf(header, [x, y, { ...neighbors, width: 1e9 }]), /number of neighbours/);
});

test("an atlas that is too small for its slots is refused", () => {
  const slot = { name: "slot", type: "u32" as const, values: [0, 1, 4] };
  const atlas = { levels: [{ side: 16, columns: 2, pages: 1 }] };
  refuses(mapOf({ ...header, atlas }, [x, y, slot]), /slot of image 2 is 4; the atlas has 4/);
  refuses(mapOf({ ...header, atlas: { levels: [] } }, [x, y, slot]), /no levels/);
  refuses(
    mapOf({ ...header, atlas: { levels: [{ side: 16, columns: 1000, pages: 1 }] } }, [x, y, slot]),
    /columns/,
  );
});

test("points of another number of images are refused", () => {
  assert.deepEqual([...parsePoints(mapOf({ count: 3 }, [x, y]), 3).y], [5, 6, 7]);
  refuses(
    mapOf({ count: 3 }, [x, y]),
    /3 points, and the map has 4/,
    (buffer) => parsePoints(buffer, 4) as never,
  );
});

test("texts are decoded by their starts, and the path comes first", () => {
  const texts = parseTexts(
    textsOf(3, { comment: ["a", "", "c"], path: ["eins.jpg", "zwei/ö.png", "três"] }),
    3,
  );
  assert.deepEqual(
    texts.map(({ name }) => name),
    ["path", "comment"],
  );
  assert.equal(texts[0].at(1), "zwei/ö.png");
  assert.equal(texts[1].at(1), "");
  assert.deepEqual(texts[0].lowered(), ["eins.jpg", "zwei/ö.png", "três"]);
});

test("texts that run backwards or beyond the data are refused", () => {
  const parse = (buffer: ArrayBuffer) => parseTexts(buffer, 3) as never;
  refuses(textsOf(3, { comment: ["a", "b", "c"] }), /no column path/, parse);
  refuses(textsOf(2, { path: ["a", "b"] }), /texts are of 2 images/, parse);
  const far = new Uint8Array(Uint32Array.of(0, 1, 2, 99).buffer);
  refuses(
    container({ count: 3, columns: [{ name: "path", type: "text", offset: 0 }] }, far),
    /needs 115 bytes/,
    parse,
  );
  const back = new Uint8Array(Uint32Array.of(0, 2, 1, 2, 0, 0).buffer);
  refuses(
    container({ count: 3, columns: [{ name: "path", type: "text", offset: 0 }] }, back),
    /run backwards/,
    parse,
  );
});
