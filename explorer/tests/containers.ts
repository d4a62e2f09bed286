/** Makes containers as the program writes them, for tests. */

const sizes = { f32: 4, f64: 8, i32: 4, u32: 4 } as const;

interface TestColumn {
  name: string;
  type: keyof typeof sizes;
  values: number[];
  [key: string]: unknown;
}

function bytesOf({ type, values }: TestColumn): Uint8Array {
  const bytes = new Uint8Array(values.length * sizes[type]);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => {
    if (type === "f32") view.setFloat32(4 * i, value, true);
    else if (type === "f64") view.setFloat64(8 * i, value, true);
    else if (type === "i32") view.setInt32(4 * i, value, true);
    else if (type === "u32") view.setUint32(4 * i, value, true);
    else view.setUint8(i, value);
  });
  return bytes;
}

const upToEight = (length: number) => Math.ceil(length / 8) * 8;

/** A header and data behind the magic bytes. */
export function container(header: object | string, data = new Uint8Array()): ArrayBuffer {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const start = upToEight(12 + text.length);
  const bytes = new Uint8Array(start + data.length);
  bytes.set(new TextEncoder().encode("TSIMCNE1"));
  new DataView(bytes.buffer).setUint32(8, text.length, true);
  bytes.set(text, 12);
  bytes.set(data, start);
  return bytes.buffer;
}

function joined(parts: Uint8Array[]): { data: Uint8Array<ArrayBuffer>; offsets: number[] } {
  const offsets: number[] = [];
  let length = 0;
  for (const part of parts) {
    offsets.push(length);
    length = upToEight(length + part.length);
  }
  const data = new Uint8Array(length);
  parts.forEach((part, i) => data.set(part, offsets[i]));
  return { data, offsets };
}

export function mapOf(
  header: object,
  columns: TestColumn[],
  changes: Record<string, unknown>[] = [],
): ArrayBuffer {
  const { data, offsets } = joined(columns.map(bytesOf));
  const described = columns.map(({ values: _, ...column }, i) => ({
    ...column,
    offset: offsets[i],
    ...changes[i],
  }));
  return container({ ...header, columns: described }, data);
}

export function textsOf(count: number, columns: Record<string, string[]>): ArrayBuffer {
  const encoder = new TextEncoder();
  const parts = Object.values(columns).map((texts) => {
    const encoded = texts.map((text) => encoder.encode(text));
    const starts = new Uint32Array(texts.length + 1);
    encoded.forEach((bytes, i) => (starts[i + 1] = starts[i] + bytes.length));
    const bytes = new Uint8Array(starts.byteLength + starts[texts.length]);
    bytes.set(new Uint8Array(starts.buffer));
    encoded.forEach((text, i) => bytes.set(text, starts.byteLength + starts[i]));
    return bytes;
  });
  const { data, offsets } = joined(parts);
  const described = Object.keys(columns).map((name, i) => ({
    name,
    type: "text",
    offset: offsets[i],
    bytes: parts[i].length,
  }));
  return container({ count, columns: described }, data);
}
