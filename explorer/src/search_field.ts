import { find, tell, tellImages } from "./elements.ts";
import type { Explorer } from "./explorer.ts";
import { onKey } from "./key_presses.ts";
import { search, type Fields } from "./search.ts";

const pause = 160;

/** Search by name, label and metadata; matches are highlighted, and Enter walks through them. */
export class SearchField {
  readonly #explorer: Explorer;
  readonly #input = find<HTMLInputElement>("search");
  readonly #found = find("found");
  readonly #count = find("found-count");
  #timer = 0;
  #at = -1;

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    this.#input.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.search(this.#input.value), pause);
    });
    onKey(this.#input, (event) => this.#press(event));
    find("found-next").addEventListener("click", () => this.step(1));
    find("found-previous").addEventListener("click", () => this.step(-1));
    find("found-select").addEventListener("click", () => this.select());
    explorer.nameListeners.push(() => {
      this.#input.disabled = false;
      this.#input.placeholder = "Search";
    });
    explorer.state.classes.listen(() => {
      this.#at = -1;
      this.#tell();
    });
    explorer.mapListeners.push(() => {
      if (explorer.state.query.value !== "") this.search(explorer.state.query.value);
    });
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  #press(event: KeyboardEvent): void {
    if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(this.#timer);
      if (this.#input.value.trim() !== this.#explorer.state.query.value) this.search(this.#input.value);
      this.step(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      this.search("");
      this.#explorer.stage.canvas.focus();
    }
  }

  /** Finds all images with the words of the query. */
  search(text: string): void {
    const query = text.trim();
    if (this.#input.value.trim() !== query) this.#input.value = query;
    const { state, map } = this.#explorer;
    const matches = search(query, map.count, this.#fields());
    this.#at = -1;
    state.query.value = query;
    state.matches.value = matches;
    this.#explorer.emphasize("filter");
    this.#found.hidden = query === "";
    this.#tell();
    if (query !== "") state.announcement.value = `${this.#count.textContent}.`;
  }

  #fields(): Fields {
    const { map, texts } = this.#explorer;
    const codes = map.metadata.filter((column) => column.kind === "category");
    if (map.label) codes.push({ kind: "category", name: "label", values: map.labels, codes: map.label });
    return { texts: texts.map((column) => ({ texts: () => column.lowered() })), codes };
  }

  #tell(): void {
    const { length } = this.#explorer.found;
    const where = this.#explorer.state.classes.value.size > 0 ? " among the highlighted" : "";
    this.#count.textContent =
      this.#at < 0 ? `${tellImages(length)} found${where}` : `${tell(this.#at + 1)} of ${tell(length)}`;
    for (const id of ["found-next", "found-previous", "found-select"]) {
      find<HTMLButtonElement>(id).disabled = length === 0;
    }
  }

  /** Pins the match that many after the last one. */
  step(by: number): void {
    const matches = this.#explorer.found;
    if (matches.length === 0) return;
    const from = this.#at < 0 && by < 0 ? 0 : this.#at;
    this.#at = (from + by + matches.length) % matches.length;
    this.#tell();
    this.#explorer.pin(matches[this.#at]);
    this.#explorer.bringIntoView(matches[this.#at]);
  }

  select(): void {
    this.#explorer.select(this.#explorer.found, "replace");
  }
}
