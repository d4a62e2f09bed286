import type { ThumbnailChoice } from "./mosaic.ts";

/** What the page's address tells after its #. */
export interface Address {
  /** The middle of the window in the map's unit, and how much larger than the whole map. */
  camera: { x: number; y: number; zoom: number } | null;
  /** What the points are coloured by. */
  colour: string | null;
  theme: "light" | "dark" | null;
  thumbnails: ThumbnailChoice;
  /** The pinned image. */
  image: number | null;
  search: string;
}

function readNumber(text: string | null): number | null {
  if (text === null || text.trim() === "") return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

function readCamera(parameters: URLSearchParams): Address["camera"] {
  const [x, y, zoom] = ["x", "y", "zoom"].map((name) => readNumber(parameters.get(name)));
  return x === null || y === null || zoom === null || zoom <= 0 ? null : { x, y, zoom };
}

function oneOf<T extends string>(text: string | null, choices: readonly T[]): T | null {
  return choices.find((choice) => choice === text) ?? null;
}

/** Reads what `writeAddress` wrote; what makes no sense is left out. `count` images are there. */
export function readAddress(hash: string, count: number): Address {
  const parameters = new URLSearchParams(hash.replace(/^#/, ""));
  const image = readNumber(parameters.get("image"));
  const isImage = image !== null && Number.isInteger(image) && image >= 0 && image < count;
  return {
    camera: readCamera(parameters),
    colour: parameters.get("colour"),
    theme: oneOf(parameters.get("theme"), ["light", "dark"]),
    thumbnails: oneOf(parameters.get("thumbnails"), ["zoom", "always", "never"]) ?? "zoom",
    image: isImage ? image : null,
    search: parameters.get("search") ?? "",
  };
}

export function writeAddress({ camera, colour, theme, thumbnails, image, search }: Address): string {
  const parameters = new URLSearchParams();
  if (camera) {
    parameters.set("x", String(Number(camera.x.toPrecision(8))));
    parameters.set("y", String(Number(camera.y.toPrecision(8))));
    parameters.set("zoom", String(Number(camera.zoom.toPrecision(5))));
  }
  if (colour !== null) parameters.set("colour", colour);
  if (theme !== null) parameters.set("theme", theme);
  if (thumbnails !== "zoom") parameters.set("thumbnails", thumbnails);
  if (image !== null) parameters.set("image", String(image));
  if (search !== "") parameters.set("search", search);
  const text = parameters.toString();
  return text === "" ? "" : `#${text}`;
}
