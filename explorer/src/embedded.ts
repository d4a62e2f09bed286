import type { Config } from "./config.ts";
import type { Source } from "./source.ts";

/** The bytes of an element of the page. */
export function decode(id: string): ArrayBuffer {
  const text = document.getElementById(id)?.textContent;
  if (text === null || text === undefined) {
    throw new Error(`The page should hold an element named ${id} and does not; it may have been cut short.`);
  }
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes.buffer;
}

/** A page of the atlas, decoded when it is needed. */
export async function atlasPage(level: number, page: number): Promise<Blob> {
  return new Blob([decode(`atlas-${level}-${page}`)], { type: "image/jpeg" });
}

/** A map whose data stand in the page itself. */
export function embeddedSource(config: Config): Source {
  return {
    config,
    server: null,
    map: async () => decode("map"),
    texts: async () => decode("text"),
    page: atlasPage,
  };
}
