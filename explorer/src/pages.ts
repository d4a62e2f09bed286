import { Texture, LinearFilter } from "three";
import { Lru } from "./lru.ts";

/** A page of the atlas that has been loaded; its texture is made when it is first drawn. */
export class Page {
  readonly bitmap: ImageBitmap;
  #texture: Texture | null = null;

  constructor(bitmap: ImageBitmap) {
    this.bitmap = bitmap;
  }

  get texture(): Texture {
    if (!this.#texture) {
      this.#texture = new Texture(this.bitmap);
      this.#texture.generateMipmaps = false;
      this.#texture.minFilter = LinearFilter;
      this.#texture.flipY = false;
      this.#texture.needsUpdate = true;
    }
    return this.#texture;
  }

  free(): void {
    this.#texture?.dispose();
    this.bitmap.close();
  }
}

const budget = 200e6;
const mostAtOnce = 6;
const bytesOfPixel = 4;
/** A page that could not be loaded is asked for again after so many milliseconds. */
const pauseAfterFailure = 5000;

/** The key of a page. */
export function pageKey(level: number, page: number): string {
  return `${level}/${page}`;
}

/** Pages of the atlas: loaded as they are wanted, kept within a budget, least recently used first out. */
export class Pages {
  /** Called when a page has come. */
  onLoad: () => void = () => undefined;
  /** Called with a sentence when a page could not be loaded. */
  onFailure: (reason: string) => void = () => undefined;
  /** Called before a page is freed. */
  onDrop: (key: string) => void = () => undefined;

  readonly #load: (level: number, page: number) => Promise<Blob>;
  readonly #kept = new Lru<string, Page>(budget, (page, key) => {
    this.onDrop(key);
    page.free();
  });
  readonly #loading = new Map<string, Promise<Page>>();
  readonly #failures = new Map<string, number>();
  #wanted: [number, number][] = [];

  constructor(load: (level: number, page: number) => Promise<Blob>) {
    this.#load = load;
  }

  /** How many pages of so many pixels a side can be shown at once, with room left for others. */
  static room(side: number): number {
    return Math.max(Math.floor((0.8 * budget) / (side * side * bytesOfPixel)), 1);
  }

  get count(): number {
    return this.#kept.size;
  }

  /** The page if it has been loaded. */
  find(level: number, page: number): Page | undefined {
    return this.#kept.get(pageKey(level, page));
  }

  /** The page, loaded at once if need be. */
  async fetch(level: number, page: number): Promise<Page> {
    const key = pageKey(level, page);
    const there = this.#kept.get(key) ?? this.#loading.get(key);
    if (there) return there;
    const coming = this.#open(level, page, key);
    this.#loading.set(key, coming);
    try {
      return await coming;
    } finally {
      this.#loading.delete(key);
      this.#loadWanted();
    }
  }

  /** Loads these pages one after the other and forgets what was wanted before. */
  want(pages: [number, number][]): void {
    this.#wanted = pages.filter(([level, page]) => {
      const key = pageKey(level, page);
      return !this.#kept.get(key) && !this.#loading.has(key) && !this.#hasJustFailed(key);
    });
    this.#loadWanted();
  }

  /** Frees all pages; those that are still coming are not missed. */
  free(): void {
    this.#wanted = [];
    this.onFailure = () => undefined;
    this.#kept.clear();
  }

  #hasJustFailed(key: string): boolean {
    return performance.now() - (this.#failures.get(key) ?? -Infinity) < pauseAfterFailure;
  }

  async #open(level: number, page: number, key: string): Promise<Page> {
    try {
      const loaded = new Page(await createImageBitmap(await this.#load(level, page)));
      this.#kept.add(key, loaded, loaded.bitmap.width * loaded.bitmap.height * bytesOfPixel);
      this.onLoad();
      return loaded;
    } catch (error) {
      this.#failures.set(key, performance.now());
      throw error;
    }
  }

  #loadWanted(): void {
    while (this.#loading.size < mostAtOnce) {
      const next = this.#wanted.shift();
      if (!next) return;
      this.fetch(...next).catch((error: unknown) =>
        this.onFailure(
          `Thumbnails cannot be shown: ${error instanceof Error ? error.message : String(error)}`,
        ),
      );
    }
  }
}
