import type { Clusters } from "./clusters.ts";
import type { CategoryColumn, MapData } from "./columns.ts";
import { classColours, ramp, unlabelled, type Rgb } from "./palette.ts";

export interface ClassRow {
  /** -1 for images of no class. */
  code: number;
  name: string;
  colour: Rgb;
  count: number;
}

/** Colours by class. */
export interface ClassScale {
  kind: "classes";
  rows: ClassRow[];
  codes: Int32Array;
}

/** Colours by number: the scale's ends, and whether numbers lie beyond them. */
export interface NumberScale {
  kind: "numbers";
  low: number;
  high: number;
  isBelow: boolean;
  isAbove: boolean;
  /** All numbers are whole, as years are. */
  isWhole: boolean;
  /** Images without a number. */
  missing: number;
  steps: Rgb[];
  /** The numbers are seconds since 1970. */
  isDate: boolean;
  /** What stands at the ends instead of the numbers. */
  words: [string, string] | null;
}

export interface PlainScale {
  kind: "plain";
}

export type Scale = ClassScale | NumberScale | PlainScale;

export interface Colouring {
  /** Three bytes an image. */
  tints: Uint8Array;
  scale: Scale;
}

/** What points can be coloured by: `key` stands in the page's address. */
export interface ColourChoice {
  key: string;
  name: string;
}

/** The values of a column of categories as a number an image, NaN of none; null where they are no numbers. */
function numbersOf(column: CategoryColumn): Float64Array | null {
  const values = column.values.map((value) => Number(value.replaceAll(",", "")));
  if (values.length < 2 || values.some(Number.isNaN)) return null;
  return Float64Array.from(column.codes, (code) => values[code] ?? NaN);
}

export function colourChoices(map: MapData): ColourChoice[] {
  const choices: ColourChoice[] = [];
  if (map.label) choices.push({ key: "label", name: "Label" });
  choices.push({ key: "density", name: "Density" }, { key: "cluster", name: "Cluster" });
  for (const column of map.metadata) {
    const { name } = column;
    choices.push({ key: `column:${name}`, name });
    if (column.kind === "category" && numbersOf(column)) {
      choices.push({ key: `numbers:${name}`, name: `${name}, as numbers` });
    }
  }
  choices.push({ key: "none", name: "One colour" });
  return choices;
}

function putColour(tints: Uint8Array, id: number, [red, green, blue]: Rgb): void {
  tints[3 * id] = red;
  tints[3 * id + 1] = green;
  tints[3 * id + 2] = blue;
}

/** Colours by one of few values an image; values without images get none. */
export function colourByClass(codes: Int32Array, names: string[], none: string, dark: boolean): Colouring {
  const counts = new Uint32Array(names.length + 1);
  for (const code of codes) ++counts[code + 1];
  const colours = [unlabelled, ...classColours(names.length, dark)];
  const tints = new Uint8Array(3 * codes.length);
  for (let id = 0; id < codes.length; ++id) putColour(tints, id, colours[codes[id] + 1]);
  const rows = [...names.keys(), -1]
    .map((code) => ({ code, name: names[code] ?? none, colour: colours[code + 1], count: counts[code + 1] }))
    .filter(({ count }) => count > 0);
  return { tints, scale: { kind: "classes", rows, codes } };
}

/** A part of the numbers at each end does not stretch the scale. */
const beyond = 0.005;

function scaleEnds(numbers: Float64Array): { low: number; high: number; least: number; most: number } {
  const sorted = numbers.filter(Number.isFinite).sort();
  if (sorted.length === 0) return { low: 0, high: 1, least: 0, most: 1 };
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
  const [least, most] = [at(0), at(1)];
  const [low, high] = [at(beyond), at(1 - beyond)];
  return low < high ? { low, high, least, most } : { low: least, high: most, least, most };
}

export function colourByNumber(numbers: Float64Array, dark: boolean, isDate = false): Colouring {
  const { low, high, least, most } = scaleEnds(numbers);
  const steps = ramp(dark);
  const tints = new Uint8Array(3 * numbers.length);
  let missing = 0;
  for (let id = 0; id < numbers.length; ++id) {
    const share = high > low ? (numbers[id] - low) / (high - low) : 0.5;
    const isMissing = Number.isNaN(share);
    if (isMissing) ++missing;
    const step = Math.round(255 * Math.min(Math.max(share, 0), 1));
    putColour(tints, id, isMissing ? unlabelled : steps[step]);
  }
  const scale: NumberScale = {
    kind: "numbers",
    low,
    high,
    isBelow: least < low,
    isAbove: most > high,
    isWhole: numbers.every((number) => Number.isNaN(number) || Number.isInteger(number)),
    missing,
    steps,
    isDate,
    words: null,
  };
  return { tints, scale };
}

/** Colours by rank of density, so that sparse and dense parts of the map both show differences. */
export function colourByDensity(densities: Float32Array, dark: boolean): Colouring {
  const steps = ramp(dark);
  const sample = densities.filter((_, id) => id % Math.ceil(densities.length / 20000) === 0).sort();
  const bounds = steps.map((_, step) => sample[Math.floor((step / steps.length) * sample.length)]);
  const tints = new Uint8Array(3 * densities.length);
  for (let id = 0; id < densities.length; ++id) {
    let [from, to] = [0, 255];
    while (from < to) {
      const middle = (from + to + 1) >> 1;
      if (bounds[middle] <= densities[id]) from = middle;
      else to = middle - 1;
    }
    putColour(tints, id, steps[from]);
  }
  const words: [string, string] = ["sparse", "dense"];
  return {
    tints,
    scale: {
      kind: "numbers",
      low: 0,
      high: 1,
      isBelow: false,
      isAbove: false,
      isWhole: false,
      missing: 0,
      steps,
      isDate: false,
      words,
    },
  };
}

export function colourPlainly(count: number, dark: boolean): Colouring {
  const tints = new Uint8Array(3 * count);
  const [blue] = classColours(1, dark);
  for (let id = 0; id < count; ++id) putColour(tints, id, blue);
  return { tints, scale: { kind: "plain" } };
}

/** What the choice `key` asks for; the density and the clusters are computed only where it needs them. */
export function colourBy(
  key: string,
  map: MapData,
  density: () => Float32Array,
  clusters: () => Clusters,
  dark: boolean,
): Colouring {
  if (key === "label" && map.label) return colourByClass(map.label, map.labels, "no label", dark);
  if (key === "density") return colourByDensity(density(), dark);
  if (key === "cluster") {
    const { clusters: found, of } = clusters();
    return colourByClass(
      of,
      found.map((_, index) => `cluster ${index + 1}`),
      "between clusters",
      dark,
    );
  }
  const column = map.metadata.find(({ name }) => key === `column:${name}` || key === `numbers:${name}`);
  if (!column) return colourPlainly(map.count, dark);
  if (column.kind !== "category") return colourByNumber(column.numbers, dark, column.kind === "date");
  const numbers = key.startsWith("numbers:") ? numbersOf(column) : null;
  return numbers ? colourByNumber(numbers, dark) : colourByClass(column.codes, column.values, "empty", dark);
}
