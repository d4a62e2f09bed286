/**
 * The binary container of map.bin, text.bin and points.bin: `TSIMCNE1`, the length of a JSON header
 * as uint32, the header, zeros up to a multiple of 8, then columns of equal length, little endian.
 * Whatever does not fit is refused with a sentence that says what was expected.
 */

const magic = "TSIMCNE1";

const arrayTypes = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u32: Uint32Array,
} as const;

type TypeName = keyof typeof arrayTypes;
type ArrayOf<T extends TypeName> = InstanceType<(typeof arrayTypes)[T]>;
type ArrayMaker<T extends TypeName> = new (buffer: ArrayBuffer, offset: number, length: number) => ArrayOf<T>;

/** A level of detail: pages are squares of columns x columns thumbnails of side x side pixels. */
export interface AtlasLevel {
  side: number;
  columns: number;
  pages: number;
}

/** Numbers to colour by; their digits, as the table has them, are among the texts. */
export interface NumberColumn {
  kind: "number" | "date";
  name: string;
  /** One number an image, NaN where there is none; of a date, seconds since 1970. */
  numbers: Float64Array;
}

export interface CategoryColumn {
  kind: "category";
  name: string;
  values: string[];
  /** Indices into values, -1 where there is none. */
  codes: Int32Array;
}

export type Metadata = NumberColumn | CategoryColumn;

/** A map of `count` images, each a point of 2 or 3 coordinates. */
export interface MapData {
  count: number;
  note: string;
  x: Float32Array;
  y: Float32Array;
  /** Only where the map has three dimensions. */
  z: Float32Array | null;
  labels: string[];
  /** Indices into labels, -1 where there is none. */
  label: Int32Array | null;
  levels: AtlasLevel[];
  /** The place of each image in the atlas. */
  slot: Uint32Array | null;
  /** `width` ids an image, nearest first. */
  neighbors: { width: number; ids: Uint32Array } | null;
  metadata: Metadata[];
}

export class FormatError extends Error {}

type Json = Record<string, unknown>;

function fail(what: string): never {
  throw new FormatError(`The map's data cannot be read: ${what}.`);
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wholeNumber(value: unknown, what: string, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most) {
    fail(`${what} is ${JSON.stringify(value)}; a whole number from ${least} to ${most} was expected`);
  }
  return value;
}

function texts(value: unknown, what: string): string[] {
  if (!Array.isArray(value) || !value.every((entry) => typeof entry === "string")) {
    fail(`${what} is not a list of texts`);
  }
  return value;
}

/** The header and the columns it names, none of which reaches beyond the data. */
class Container {
  readonly header: Json;
  readonly columns: Json[];
  readonly count: number;
  readonly #buffer: ArrayBuffer;
  readonly #start: number;

  constructor(buffer: ArrayBuffer) {
    const begin = new Uint8Array(buffer, 0, Math.min(8, buffer.byteLength));
    if (String.fromCharCode(...begin) !== magic || buffer.byteLength < 12) {
      fail(`it does not begin with ${magic}`);
    }
    const length = new DataView(buffer).getUint32(8, true);
    if (length > buffer.byteLength - 12) {
      fail(`its header should have ${length} bytes, and only ${buffer.byteLength - 12} follow`);
    }
    this.header = parseHeader(new Uint8Array(buffer, 12, length));
    const { columns } = this.header;
    if (!Array.isArray(columns) || !columns.every(isRecord)) fail("its header lists no columns");
    this.columns = columns;
    this.count = wholeNumber(this.header.count, "count", 0, 2 ** 31 - 1);
    this.#buffer = buffer;
    this.#start = Math.min(Math.ceil((12 + length) / 8) * 8, buffer.byteLength);
  }

  /** The column's place within the buffer, in bytes, once it is known that `bytes` are there. */
  place(column: Json, bytes: number): number {
    const room = this.#buffer.byteLength - this.#start;
    const offset = wholeNumber(column.offset, `the offset of ${nameOf(column)}`, 0, room);
    if (offset % 8 !== 0) {
      fail(`the offset of ${nameOf(column)} is ${offset}, which is no multiple of 8`);
    }
    if (bytes > room - offset) {
      fail(`${nameOf(column)} needs ${bytes} bytes from ${offset} on, and the data has ${room}`);
    }
    return this.#start + offset;
  }

  /** The column's values, `width` an image. */
  take<T extends TypeName>(column: Json, type: T, width = 1): ArrayOf<T> {
    if (column.type !== type) {
      fail(`${nameOf(column)} is of type ${JSON.stringify(column.type)}; ${type} was expected`);
    }
    const length = this.count * width;
    const size = arrayTypes[type].BYTES_PER_ELEMENT;
    const place = this.place(column, length * size);
    const ColumnArray = arrayTypes[type] as unknown as ArrayMaker<T>;
    return new ColumnArray(this.#buffer, place, length);
  }

  bytes(place: number, length: number): Uint8Array {
    return new Uint8Array(this.#buffer, place, length);
  }

  starts(place: number): Uint32Array {
    return new Uint32Array(this.#buffer, place, this.count + 1);
  }

  /** One of the map's own columns; metadata of the same name is not meant. */
  own(name: string): Json | undefined {
    return this.columns.find((column) => column.name === name && column.kind === undefined);
  }

  coordinate(name: string): Float32Array {
    const column = this.own(name) ?? fail(`it has no column ${name}`);
    const values = this.take(column, "f32");
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) fail(`${name} of image ${wrong} is ${values[wrong]}, which is no place`);
    return values;
  }
}

function nameOf(column: Json): string {
  return `column ${JSON.stringify(column.name)}`;
}

function parseHeader(bytes: Uint8Array): Json {
  try {
    const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    if (isRecord(header)) return header;
  } catch {
    // Told below, in the same words as a header of another shape.
  }
  return fail("its header is not a JSON object");
}

function checkCodes(codes: Int32Array, values: number, what: string): Int32Array {
  const wrong = codes.findIndex((code) => code < -1 || code >= values);
  if (wrong >= 0) fail(`${what} of image ${wrong} is ${codes[wrong]}, of ${values} values`);
  return codes;
}

function parseLevels(atlas: unknown): AtlasLevel[] {
  if (atlas === null || atlas === undefined) return [];
  if (!isRecord(atlas) || !Array.isArray(atlas.levels) || atlas.levels.length === 0) {
    fail("its atlas has no levels");
  }
  return atlas.levels.map((level: unknown, index) => {
    if (!isRecord(level)) fail(`level ${index} of its atlas is no object`);
    const side = wholeNumber(level.side, "a thumbnail's side", 1, 1024);
    const columns = wholeNumber(level.columns, "a page's number of columns", 1, 8192 / side);
    return { side, columns, pages: wholeNumber(level.pages, "the number of pages", 0, 2 ** 31) };
  });
}

function parseSlots(container: Container, levels: AtlasLevel[]): Uint32Array | null {
  const column = container.own("slot");
  if (levels.length === 0 || !column) return null;
  const slots = container.take(column, "u32");
  const room = Math.min(...levels.map((level) => level.pages * level.columns ** 2));
  const wrong = slots.findIndex((slot) => slot >= room);
  if (wrong >= 0) fail(`the slot of image ${wrong} is ${slots[wrong]}; the atlas has ${room}`);
  return slots;
}

function parseNeighbors(container: Container): MapData["neighbors"] {
  const column = container.own("neighbors");
  if (!column) return null;
  const width = wholeNumber(column.width, "the number of neighbours", 1, 1000);
  const ids = container.take(column, "u32", width);
  const wrong = ids.findIndex((id) => id >= container.count);
  if (wrong >= 0) fail(`a neighbour has the id ${ids[wrong]}, of ${container.count} images`);
  return { width, ids };
}

function parseMetadata(container: Container, column: Json): Metadata | null {
  const name = String(column.name);
  if (column.kind === "number" || column.kind === "date") {
    return { kind: column.kind, name, numbers: container.take(column, "f64") };
  }
  if (column.kind !== "category") return null;
  const values = texts(column.values, `the list of values of ${nameOf(column)}`);
  const codes = checkCodes(container.take(column, "i32"), values.length, nameOf(column));
  return { kind: "category", name, values, codes };
}

export function parseMap(buffer: ArrayBuffer): MapData {
  const container = new Container(buffer);
  const { header } = container;
  const dimensions = wholeNumber(header.dimensions, "the number of dimensions", 2, 3);
  const labels = header.labels === undefined ? [] : texts(header.labels, "its list of labels");
  const label = container.own("label");
  const levels = parseLevels(header.atlas);
  return {
    count: container.count,
    note: typeof header.note === "string" ? header.note : "",
    x: container.coordinate("x"),
    y: container.coordinate("y"),
    z: dimensions === 3 ? container.coordinate("z") : null,
    labels,
    label: label ? checkCodes(container.take(label, "i32"), labels.length, "the label") : null,
    levels,
    slot: parseSlots(container, levels),
    neighbors: parseNeighbors(container),
    metadata: container.columns
      .map((column) => parseMetadata(container, column))
      .filter((column) => column !== null),
  };
}

/** Places of `count` images, as points.bin has them. */
export interface Coordinates {
  x: Float32Array;
  y: Float32Array;
  z: Float32Array | null;
}

export function parsePoints(buffer: ArrayBuffer, count: number): Coordinates {
  const container = new Container(buffer);
  if (container.count !== count) {
    fail(`it has ${container.count} points, and the map has ${count} images`);
  }
  const z = container.own("z") ? container.coordinate("z") : null;
  return { x: container.coordinate("x"), y: container.coordinate("y"), z };
}

/** A text an image, decoded when it is asked for. */
export class TextColumn {
  readonly name: string;
  readonly #starts: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #lowered: string[] | null = null;

  constructor(name: string, starts: Uint32Array, bytes: Uint8Array) {
    this.name = name;
    this.#starts = starts;
    this.#bytes = bytes;
  }

  at(id: number): string {
    return this.#decoder.decode(this.#bytes.subarray(this.#starts[id], this.#starts[id + 1]));
  }

  /** Whether the other column has the same texts in the same order. */
  hasTextsOf(other: TextColumn): boolean {
    const same = (a: Uint8Array | Uint32Array, b: Uint8Array | Uint32Array) =>
      a.length === b.length && a.every((value, i) => value === b[i]);
    return same(this.#starts, other.#starts) && same(this.#bytes, other.#bytes);
  }

  /** All texts in lower case, for searching; made once. */
  lowered(): string[] {
    this.#lowered ??= this.#lower();
    return this.#lowered;
  }

  #lower(): string[] {
    const whole = this.#decoder.decode(this.#bytes);
    const length = this.#starts.length - 1;
    // Where a character is a byte, which is the rule, one decoded text can be cut at the starts.
    if (whole.length < this.#bytes.length)
      return Array.from({ length }, (_, id) => this.at(id).toLowerCase());
    const lowered = whole.toLowerCase();
    return Array.from({ length }, (_, id) => lowered.slice(this.#starts[id], this.#starts[id + 1]));
  }
}

function parseText(container: Container, column: Json): TextColumn {
  if (column.type !== "text") {
    fail(`${nameOf(column)} is of type ${JSON.stringify(column.type)}; text was expected`);
  }
  const startBytes = (container.count + 1) * 4;
  const place = container.place(column, startBytes);
  const starts = container.starts(place);
  for (let id = 0; id < container.count; ++id) {
    if (starts[id] > starts[id + 1]) fail(`the texts of ${nameOf(column)} run backwards`);
  }
  const end = starts[container.count];
  container.place(column, startBytes + end);
  return new TextColumn(String(column.name), starts, container.bytes(place + startBytes, end));
}

/** The columns of text.bin; the first is the path. */
export function parseTexts(buffer: ArrayBuffer, count: number): TextColumn[] {
  const container = new Container(buffer);
  if (container.count !== count) {
    fail(`its texts are of ${container.count} images, and the map has ${count}`);
  }
  const columns = container.columns.map((column) => parseText(container, column));
  const path = columns.findIndex((column) => column.name === "path");
  if (path < 0) fail("its texts have no column path");
  return [columns[path], ...columns.filter((_, index) => index !== path)];
}
