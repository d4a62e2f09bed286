import type { ThumbnailChoice } from "./mosaic.ts";
import { Signal } from "./signal.ts";

export type Theme = "light" | "dark";
export type Tool = "move" | "lasso" | "rectangle";
/** Which images stand out, by what was done last: those that are selected, or those that are highlighted and found. */
export type Emphasis = "filter" | "selection";

const none = new Uint32Array();

/** What the one who looks has chosen. Ids are ascending. */
export class State {
  readonly theme = new Signal<Theme>("light");
  readonly colour = new Signal("none");
  readonly thumbnails = new Signal<ThumbnailChoice>("zoom");
  /** Factors of the points' rule. */
  readonly pointSize = new Signal(1);
  readonly pointOpacity = new Signal(1);
  readonly showNames = new Signal(true);
  readonly tool = new Signal<Tool>("move");
  readonly hovered = new Signal<number | null>(null);
  readonly pinned = new Signal<number | null>(null);
  readonly selection = new Signal<Uint32Array>(none);
  readonly query = new Signal("");
  readonly matches = new Signal<Uint32Array>(none);
  /** Codes of the colour scale's classes. */
  readonly classes = new Signal<ReadonlySet<number>>(new Set());
  readonly hoveredClass = new Signal<number | null>(null);
  readonly emphasis = new Signal<Emphasis>("filter");
  /** For a screen reader, and for the eye where it matters. */
  readonly announcement = new Signal("");
  readonly message = new Signal("");

  /** Whether the selection stands out. */
  get isSelectionLit(): boolean {
    return this.emphasis.value === "selection" && this.selection.value.length > 0;
  }

  /** Lets go of whatever is said of single images. */
  forgetImages(): void {
    this.hovered.value = this.pinned.value = this.hoveredClass.value = null;
    this.selection.value = this.matches.value = none;
    this.classes.value = new Set();
    this.emphasis.value = "filter";
  }
}
