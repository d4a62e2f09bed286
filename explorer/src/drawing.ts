import { Atlas } from "./atlas.ts";
import type { MapData } from "./columns.ts";
import { Pace } from "./pace.ts";
import { Pages } from "./pages.ts";
import { Points } from "./points.ts";
import { ranks, shuffledOrder } from "./shuffle.ts";
import type { Source } from "./source.ts";
import type { Stage } from "./stage.ts";
import { Thumbnails } from "./thumbnails.ts";

/** What a map is drawn with: its points, and thumbnails where it has images. */
export class Drawing {
  readonly points: Points;
  readonly atlas: Atlas | null;
  readonly thumbnails: Thumbnails | null;
  readonly pace: Pace;
  /** All images, drawn at random. */
  readonly order: Uint32Array;

  /** `onFailure` is called with a sentence when thumbnails could not be loaded. */
  constructor(stage: Stage, source: Source, map: MapData, onFailure: (reason: string) => void) {
    this.order = shuffledOrder(map.count);
    this.pace = new Pace(map.count);
    this.points = new Points(stage, this.order, ranks(this.order));
    this.atlas = null;
    this.thumbnails = null;
    if (!map.slot) return;
    const pages = new Pages((level, page) => source.page(level, page));
    pages.onLoad = () => stage.invalidate();
    pages.onFailure = onFailure;
    this.atlas = new Atlas(map.levels, map.slot, pages);
    this.thumbnails = new Thumbnails(stage, this.atlas);
  }

  /** Takes all of it off the stage. */
  free(): void {
    this.points.free();
    this.thumbnails?.clear();
    this.atlas?.pages.free();
  }
}
