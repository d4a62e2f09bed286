import { colourChoices, type ClassScale, type Colouring, type NumberScale } from "./colouring.ts";
import { find, make, makeButton, tell, tellDate, tellImages, tellPlace } from "./elements.ts";
import type { Explorer } from "./explorer.ts";
import { css } from "./palette.ts";

/** A legend with more rows than this can be searched. */
const longList = 20;
/** Of whole numbers farther apart than this, a half in the middle of the scale cannot be seen. */
const mostApart = 20;

/** What stands below a scale: its ends and, where there is a number between them, its middle. */
export function ticksOf({ low, high, isBelow, isAbove, isWhole, isDate, words }: NumberScale): string[] {
  if (words) return words;
  const length = high - low;
  const middle = (low + high) / 2;
  const tellEnd = (value: number) => (isDate ? tellDate(value, length) : String(value));
  const ends = [`${isBelow ? "≤ " : ""}${tellEnd(low)}`, `${isAbove ? "≥ " : ""}${tellEnd(high)}`];
  // Of few years, the middle may be none of them.
  const hasMiddle = !isWhole || isDate || length > mostApart || (length > 1 && Number.isInteger(middle));
  if (!hasMiddle) return ends;
  if (isDate) return [ends[0], tellDate(middle, length), ends[1]];
  return [ends[0], isWhole ? String(Math.round(middle)) : tellPlace(middle, length), ends[1]];
}

/** What the colours mean; classes can be highlighted and selected. */
export class Legend {
  readonly #explorer: Explorer;
  readonly #room = find("legend");
  readonly #choice = find<HTMLSelectElement>("colour");
  #rows: { code: number; button: HTMLButtonElement }[] = [];
  #list: HTMLElement | null = null;

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    this.offerChoices();
    this.#choice.addEventListener("change", () => (explorer.state.colour.value = this.#choice.value));
    explorer.state.colour.listen((key) => (this.#choice.value = key));
    const { classes, selection, emphasis } = explorer.state;
    for (const signal of [classes, selection, emphasis]) signal.listen(() => this.#markRows());
    explorer.mapListeners.push(() => this.offerChoices());
    explorer.colourListeners.push((colouring) => this.#show(colouring));
    this.#show(explorer.colouring);
  }

  /** The columns to colour by; called again when there is a new one. */
  offerChoices(): void {
    const options = colourChoices(this.#explorer.map).map(({ key, name }) =>
      make("option", { value: key }, name),
    );
    this.#choice.replaceChildren(...options);
    this.#choice.value = this.#explorer.state.colour.value;
  }

  #show({ scale }: Colouring): void {
    this.#rows = [];
    this.#list = null;
    if (scale.kind === "classes") this.#showClasses(scale);
    else if (scale.kind === "numbers") this.#showNumbers(scale);
    else this.#room.replaceChildren();
  }

  #showClasses(scale: ClassScale): void {
    this.#rows = scale.rows.map((row) => {
      const dot = make("i");
      dot.style.background = css(row.colour);
      const button = make(
        "button",
        { type: "button", class: "class", "aria-pressed": "false", title: row.name },
        dot,
      );
      button.append(make("span", {}, row.name), make("span", {}, tell(row.count)));
      button.addEventListener("click", (event) =>
        this.#toggle(row.code, event.shiftKey || event.ctrlKey || event.metaKey),
      );
      button.addEventListener("pointerenter", () => (this.#explorer.state.hoveredClass.value = row.code));
      button.addEventListener("pointerleave", () => (this.#explorer.state.hoveredClass.value = null));
      return { code: row.code, button };
    });
    this.#list = make(
      "div",
      { class: "classes", role: "group", "aria-label": "Classes" },
      ...this.#rows.map(({ button }) => button),
    );
    const parts: HTMLElement[] = [this.#list, this.#actions()];
    if (scale.rows.length > longList) parts.unshift(this.#filter(scale));
    this.#room.replaceChildren(...parts);
    this.#markRows();
  }

  #filter(scale: ClassScale): HTMLElement {
    const input = make("input", {
      type: "search",
      placeholder: `Find among ${scale.rows.length}`,
      "aria-label": "Find a class",
    });
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      scale.rows.forEach(({ name }, index) => {
        this.#rows[index].button.hidden = !name.toLowerCase().includes(wanted);
      });
    });
    return input;
  }

  #actions(): HTMLElement {
    const { state } = this.#explorer;
    const all = makeButton("Show all", {}, () => {
      state.classes.value = new Set();
      this.#explorer.emphasize("filter");
    });
    const select = makeButton("Select", { title: "Select the images of these classes (K)" }, () =>
      this.selectClasses(),
    );
    return make("div", { class: "buttons", id: "class-actions" }, all, select);
  }

  /** Selects all images of the highlighted classes. */
  selectClasses(): void {
    this.#explorer.select(this.#explorer.withCodes(this.#explorer.state.classes.value), "replace");
  }

  #toggle(code: number, together: boolean): void {
    const { classes } = this.#explorer.state;
    const was = classes.value.has(code);
    const next = new Set(together ? classes.value : []);
    if (was) next.delete(code);
    else next.add(code);
    classes.value = next;
    this.#explorer.emphasize("filter");
    const lit = this.#explorer.litIds;
    this.#explorer.state.announcement.value = lit ? `${tellImages(lit.length)} highlighted.` : "All images alike.";
  }

  #markRows(): void {
    const chosen = this.#explorer.state.classes.value;
    for (const { code, button } of this.#rows) button.setAttribute("aria-pressed", String(chosen.has(code)));
    this.#list?.classList.toggle("some", chosen.size > 0 && !this.#explorer.state.isSelectionLit);
    const actions = document.getElementById("class-actions");
    if (actions) actions.hidden = chosen.size === 0;
  }

  #showNumbers(scale: NumberScale): void {
    const { missing, steps } = scale;
    const bar = make("div", { class: "scale" });
    const stops = steps.filter((_, step) => step % 15 === 0).map(css);
    bar.style.background = `linear-gradient(to right, ${stops.join(", ")})`;
    const ticks = ticksOf(scale).map((tick) => make("span", {}, tick));
    const parts = [bar, make("div", { class: "ticks" }, ...ticks)];
    if (missing > 0) parts.push(make("div", { class: "quiet" }, `${tellImages(missing)} without a number`));
    this.#room.replaceChildren(...parts);
  }
}
