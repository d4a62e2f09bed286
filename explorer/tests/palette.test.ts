import assert from "node:assert/strict";
import { test } from "node:test";
import { asSeen, classColours, fromLab, labDistance, rampColour, toLab, type Rgb } from "../src/palette.ts";

function leastDistance(colours: Rgb[], sights: number[]): number {
  const seen = colours.map(asSeen);
  let least = Infinity;
  for (let i = 0; i < seen.length; ++i) {
    for (let j = 0; j < i; ++j) {
      for (const sight of sights) least = Math.min(least, labDistance(seen[i][sight], seen[j][sight]));
    }
  }
  return least;
}

test("OKLab and back is the same colour", () => {
  for (const colour of [
    [0, 0, 0],
    [255, 255, 255],
    [12, 200, 99],
    [255, 0, 255],
  ] as const) {
    assert.deepEqual([...fromLab(toLab(colour))], [...colour]);
  }
});

test("up to ten classes are told apart with any eyes, in both themes", () => {
  for (const dark of [false, true]) {
    const least = leastDistance(classColours(10, dark), [0, 1, 2, 3]);
    assert.ok(least > 0.1, `${dark}: ${least}`);
  }
});

test("up to 102 classes have colours of their own", () => {
  for (const dark of [false, true]) {
    for (const [classes, expected] of [
      [20, 0.06],
      [30, 0.07],
      [60, 0.055],
      [102, 0.045],
    ]) {
      const colours = classColours(classes, dark);
      assert.equal(new Set(colours.map(String)).size, classes);
      const least = leastDistance(colours, [0]);
      assert.ok(least > expected, `${classes} ${dark}: ${least}`);
    }
  }
});

test("colours stand out from the page's ground", () => {
  for (const [dark, ground] of [
    [false, [251, 250, 248]],
    [true, [19, 21, 24]],
  ] as [boolean, Rgb][]) {
    for (const classes of [1, 5, 10, 20, 102]) {
      for (const colour of classColours(classes, dark)) {
        assert.ok(labDistance(toLab(colour), toLab(ground)) > 0.1, `${classes} ${dark} ${colour}`);
      }
    }
  }
});

test("many classes take turns with the colours", () => {
  assert.equal(classColours(1000, false).length, 1000);
  assert.deepEqual(classColours(0, true), []);
});

test("the scale of numbers goes one way in lightness, away from the ground", () => {
  for (const dark of [false, true]) {
    const lightness = Array.from({ length: 33 }, (_, i) => toLab(rampColour(i / 32, dark))[0]);
    for (let i = 1; i < lightness.length; ++i) {
      assert.ok(dark ? lightness[i] > lightness[i - 1] : lightness[i] < lightness[i - 1], `${dark} ${i}`);
    }
  }
});
