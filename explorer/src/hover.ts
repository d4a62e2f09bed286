import { find, make, baseName } from "./elements.ts";
import type { Explorer } from "./explorer.ts";

const side = 128;
const distance = 16;

/** A larger thumbnail beside the image under the pointer, with its name and label. */
export class Hover {
  readonly #explorer: Explorer;
  readonly #card = find("hover");

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    explorer.state.hovered.listen((id) => this.#show(id));
    explorer.frameListeners.push(() => this.#arrange());
  }

  #show(id: number | null): void {
    this.#card.hidden = id === null;
    if (id === null) return;
    const { atlas } = this.#explorer;
    const parts: HTMLElement[] = [];
    if (atlas) {
      const canvas = make("canvas");
      void atlas.paint(canvas, id, side).catch(() => canvas.remove());
      parts.push(canvas);
    }
    parts.push(make("div", { class: "file" }, baseName(this.#explorer.path(id))));
    const label = this.#explorer.labelOf(id);
    if (label !== null) parts.push(make("div", { class: "quiet" }, label));
    this.#card.replaceChildren(...parts);
    this.#arrange();
  }

  #arrange(): void {
    const id = this.#explorer.state.hovered.value;
    if (id === null) return;
    const { view } = this.#explorer.stage;
    const [x, y] = view.toScreen(this.#explorer.x[id], this.#explorer.y[id]);
    const away = distance + this.#explorer.thumbnailsSide / 2;
    const { offsetWidth, offsetHeight } = this.#card;
    const room = view.width - this.#explorer.travel.inset.right;
    const left = x + away + offsetWidth < room ? x + away : x - away - offsetWidth;
    const top = Math.min(Math.max(y - offsetHeight / 2, 8), view.height - offsetHeight - 8);
    this.#card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
  }
}
