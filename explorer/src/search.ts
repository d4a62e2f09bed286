/** A text an image, each in lower case. */
export interface TextField {
  texts: () => string[];
}

/** One of few values an image. */
export interface CodeField {
  values: string[];
  codes: Int32Array;
}

export interface Fields {
  texts: TextField[];
  codes: CodeField[];
}

/** The words of a query; what stands in quotation marks stays together. */
export function wordsOf(query: string): string[] {
  return [...query.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)]
    .map(([, quoted, word]) => quoted ?? word.replaceAll('"', ""))
    .filter((word) => word !== "");
}

function imagesWith(word: string, count: number, { texts, codes }: Fields): Uint8Array {
  const found = new Uint8Array(count);
  for (const field of codes) {
    const matching = field.values.map((value) => value.toLowerCase().includes(word));
    if (!matching.includes(true)) continue;
    for (let id = 0; id < count; ++id) if (matching[field.codes[id]]) found[id] = 1;
  }
  for (const field of texts) {
    const lowered = field.texts();
    for (let id = 0; id < count; ++id) if (lowered[id].includes(word)) found[id] = 1;
  }
  return found;
}

/** The images that have every word of the query somewhere in their fields, ascending. */
export function search(query: string, count: number, fields: Fields): Uint32Array {
  const words = wordsOf(query);
  if (words.length === 0) return new Uint32Array();
  const found = words.map((word) => imagesWith(word, count, fields));
  const ids: number[] = [];
  for (let id = 0; id < count; ++id) if (found.every((flags) => flags[id])) ids.push(id);
  return Uint32Array.from(ids);
}
