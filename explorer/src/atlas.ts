import type { AtlasLevel } from "./columns.ts";
import { Pages } from "./pages.ts";

/** Where a thumbnail stands: the page and its number within it, row by row. */
export interface Cell {
  page: number;
  cell: number;
}

export function cellOfSlot(slot: number, { columns }: AtlasLevel): Cell {
  const cells = columns * columns;
  return { page: Math.floor(slot / cells), cell: slot % cells };
}

/** The level with the fewest pixels that still shows a thumbnail of so many pixels sharply. */
export function levelFor(levels: AtlasLevel[], pixels: number): number {
  const enough = levels.findIndex((level) => level.side >= 0.8 * pixels);
  return enough >= 0 ? enough : levels.length - 1;
}

/** All thumbnails, in levels of detail. */
export class Atlas {
  readonly levels: AtlasLevel[];
  readonly pages: Pages;
  readonly #slot: Uint32Array;

  constructor(levels: AtlasLevel[], slot: Uint32Array, pages: Pages) {
    this.levels = levels;
    this.pages = pages;
    this.#slot = slot;
  }

  get largestSide(): number {
    return this.levels[this.levels.length - 1].side;
  }

  cell(id: number, level: number): Cell {
    return cellOfSlot(this.#slot[id], this.levels[level]);
  }

  /** Images by their place along the curve, so that neighbours on the map are neighbours in the list. */
  inMapOrder(ids: Uint32Array): Uint32Array {
    return ids.slice().sort((a, b) => this.#slot[a] - this.#slot[b]);
  }

  /** Draws all thumbnails of the page again, where the screen's pixels have another size now. */
  repaint(): void {
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>("canvas[data-image]")) {
      const { image, side } = canvas.dataset;
      void this.paint(canvas, Number(image), Number(side)).catch(() => undefined);
    }
  }

  /** Draws an image's thumbnail, `side` pixels of the page wide, as soon as its page is there. */
  async paint(canvas: HTMLCanvasElement, id: number, side: number): Promise<void> {
    canvas.dataset.image = String(id);
    canvas.dataset.side = String(side);
    const pixels = side * Math.min(devicePixelRatio, 2);
    const level = levelFor(this.levels, pixels);
    const { page, cell } = this.cell(id, level);
    const { bitmap } = await this.pages.fetch(level, page);
    if (canvas.dataset.image !== String(id)) return;
    const { columns, side: from } = this.levels[level];
    canvas.width = canvas.height = Math.max(Math.round(pixels), 1);
    const context = canvas.getContext("2d")!;
    context.imageSmoothingEnabled = pixels < 3 * from;
    context.imageSmoothingQuality = "high";
    const left = (cell % columns) * from;
    const top = Math.floor(cell / columns) * from;
    context.drawImage(bitmap, left, top, from, from, 0, 0, canvas.width, canvas.height);
  }
}
