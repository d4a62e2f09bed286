/** Colours of classes and numbers, chosen in OKLab, where distance is what the eye sees. */

/** Red, green and blue from 0 to 255. */
export type Rgb = readonly [number, number, number];
/** Lightness 0 .. 1 and two axes of colour of about -0.3 .. 0.3. */
export type Lab = readonly [number, number, number];

// The colours of tsimcne's pictures, in the same order. They were found by simulated annealing: the
// smallest distance in OKLab between any two is as large as it can be over normal sight and full
// protanopia, deuteranopia and tritanopia.
const ten = [
  0x0157a0, 0xe65408, 0x009c6e, 0xf9cc03, 0xa40067, 0x57b6fc, 0x695204, 0xfd79c7, 0x945ce6, 0x06f3c2,
];
const twenty = [
  0x1367e0, 0x92f569, 0xf75268, 0x4a4b06, 0xfdb4fe, 0x78027a, 0x938407, 0x27a9fe, 0xfc9f69, 0xbb135f,
  0xbc94ba, 0x686088, 0x9271fd, 0x8abc08, 0x07a180, 0xca52b9, 0x1636ab, 0xd0deb1, 0x945223, 0x13d9cd,
];

// The same for a dark ground, no dark colours among them, each near its hue above.
const tenOnDark = [
  0x5c63f7, 0xdb2a49, 0x59de88, 0xeff312, 0xe2739d, 0x419eed, 0xaea210, 0xb24ea0, 0xcabcfe, 0x9bfee4,
];
const twentyOnDark = [
  0x7c54fc, 0x04dc81, 0xf0c4c0, 0xbdfba5, 0x792dd1, 0xac1a74, 0x825b00, 0x0c8acb, 0xbe6c01, 0xcf2c59,
  0xfa88c5, 0x9cadfc, 0xc2c9fe, 0xeef242, 0x14b598, 0x8b7793, 0x41629f, 0xcbb303, 0xed7063, 0x85feff,
];

/** More classes than this take turns with the colours. */
const mostColours = 256;

export const unlabelled: Rgb = [140, 143, 148];

function toLinear(value: number): number {
  const x = value / 255;
  return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
}

function fromLinear(x: number): number {
  const value = x <= 0.0031308 ? 12.92 * x : 1.055 * x ** (1 / 2.4) - 0.055;
  return Math.round(255 * Math.min(Math.max(value, 0), 1));
}

/** Björn Ottosson, "A perceptual color space for image processing", 2020. */
function linearToLab(r: number, g: number, b: number): Lab {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

export function toLab([red, green, blue]: Rgb): Lab {
  return linearToLab(toLinear(red), toLinear(green), toLinear(blue));
}

/** Linear light, which lies outside 0 .. 1 where a screen cannot show the colour. */
function labToLinear([lightness, a, b]: Lab): Lab {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

function canBeShown(lab: Lab): boolean {
  return labToLinear(lab).every((x) => x >= -1e-6 && x <= 1 + 1e-6);
}

/** The colour with as much of its chroma as a screen can show. */
export function fromLab([lightness, a, b]: Lab): Rgb {
  let chroma = 1;
  while (chroma > 0.01 && !canBeShown([lightness, a * chroma, b * chroma])) chroma *= 0.97;
  const [red, green, blue] = labToLinear([lightness, a * chroma, b * chroma]);
  return [fromLinear(red), fromLinear(green), fromLinear(blue)];
}

// Full colour blindness in linear light: Machado, Oliveira, Fernandes, "A physiologically-based
// model for simulation of color vision deficiency", 2009.
const sights: readonly (readonly number[])[] = [
  [1, 0, 0, 0, 1, 0, 0, 0, 1],
  [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
];

/** The colour as it is seen with normal sight, protanopia, deuteranopia and tritanopia. */
export function asSeen(colour: Rgb): Lab[] {
  const [r, g, b] = colour.map(toLinear);
  return sights.map((m) => {
    const row = (i: number) => Math.min(Math.max(m[i] * r + m[i + 1] * g + m[i + 2] * b, 0), 1);
    return linearToLab(row(0), row(3), row(6));
  });
}

export function labDistance(a: Lab, b: Lab): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
}

/** Colours of a grid in OKLab that show on dark and on light. */
function candidates(): Rgb[] {
  const found: Rgb[] = [];
  for (let lightness = 0.42; lightness < 0.88; lightness += 0.05) {
    for (let a = -0.3; a <= 0.3; a += 0.03) {
      for (let b = -0.3; b <= 0.3; b += 0.03) {
        const isGrey = Math.hypot(a, b) < 0.035;
        if (!isGrey && canBeShown([lightness, a, b])) found.push(fromLab([lightness, a, b]));
      }
    }
  }
  return found;
}

/** Each colour as far as can be from all before it: normal sight counts, colour blindness half. */
function farthestColours(count: number): Rgb[] {
  const pool = candidates();
  const seen = pool.map(asSeen);
  const room = new Float64Array(pool.length).fill(Infinity);
  const chosen: Rgb[] = [];
  let next = 0;
  while (chosen.length < count) {
    chosen.push(pool[next]);
    const from = seen[next];
    for (let i = 0; i < pool.length; ++i) {
      const blind = Math.min(...[1, 2, 3].map((sight) => labDistance(seen[i][sight], from[sight])));
      const distance = labDistance(seen[i][0], from[0]);
      room[i] = Math.min(room[i], distance + 0.5 * Math.min(blind, distance));
    }
    next = room.indexOf(Math.max(...room));
  }
  return chosen;
}

function fromHex(hex: number): Rgb {
  return [hex >> 16, (hex >> 8) & 255, hex & 255];
}

const kept = new Map<string, Rgb[]>();

function makeColours(classes: number, dark: boolean): Rgb[] {
  if (classes > twenty.length) return farthestColours(Math.min(classes, mostColours));
  const few = dark ? tenOnDark : ten;
  return (classes <= few.length ? few : dark ? twentyOnDark : twenty).map(fromHex);
}

/** A colour for each class. */
export function classColours(classes: number, dark: boolean): Rgb[] {
  const key = `${classes} ${dark}`;
  const colours = kept.get(key) ?? makeColours(classes, dark);
  kept.set(key, colours);
  return Array.from({ length: classes }, (_, index) => colours[index % colours.length]);
}

/** The colour of a share from 0 to 1 of a scale of numbers, which stands out more the larger it is. */
export function rampColour(share: number, dark: boolean): Rgb {
  const lightness = dark ? 0.38 + 0.54 * share : 0.87 - 0.52 * share;
  const hue = ((dark ? 285 - 190 * share : 95 + 190 * share) * Math.PI) / 180;
  const chroma = 0.11 + 0.05 * share;
  return fromLab([lightness, chroma * Math.cos(hue), chroma * Math.sin(hue)]);
}

/** 256 steps of the scale. */
export function ramp(dark: boolean): Rgb[] {
  return Array.from({ length: 256 }, (_, step) => rampColour(step / 255, dark));
}

export function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}
