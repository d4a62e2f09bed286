import assert from "node:assert/strict";
import { test } from "node:test";
import { readAddress, writeAddress, type Address } from "../src/address.ts";

const nothing: Address = {
  camera: null,
  colour: null,
  theme: null,
  thumbnails: "zoom",
  image: null,
  search: "",
};

test("an address is read as it was written", () => {
  const address: Address = {
    camera: { x: -1.25, y: 3e-5, zoom: 12.5 },
    colour: "column:weight & size #1",
    theme: "dark",
    thumbnails: "always",
    image: 41,
    search: 'a "b c" ö&=#',
  };
  assert.deepEqual(readAddress(writeAddress(address), 100), address);
  assert.deepEqual(readAddress(writeAddress(nothing), 100), nothing);
});

test("what makes no sense in an address is left out", () => {
  const hash = "#x=1&y=NaN&zoom=3&theme=pink&thumbnails=perhaps&image=7";
  assert.deepEqual(readAddress(hash, 7), nothing);
  assert.deepEqual(readAddress("#x=1&y=2&zoom=-1&image=-3", 7), nothing);
  assert.deepEqual(readAddress("#x=1&y=2&zoom=Infinity&image=1.5", 7), nothing);
  assert.deepEqual(readAddress("#x=&y=2&zoom=1&%%%", 7), nothing);
});
