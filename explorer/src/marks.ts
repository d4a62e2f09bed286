import { find } from "./elements.ts";
import type { Explorer } from "./explorer.ts";

const leastRing = 26;

/** The ring around the pinned image, and the cross at the centre while keys move the map. */
export class Marks {
  readonly #explorer: Explorer;
  readonly #ring = find("ring");
  readonly #cross = find("cross");

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    explorer.frameListeners.push(() => this.#arrange());
    explorer.stage.canvas.addEventListener("pointerdown", () => this.showCross(false));
  }

  showCross(isShown: boolean): void {
    this.#cross.hidden = !isShown;
  }

  #arrange(): void {
    const id = this.#explorer.state.pinned.value;
    this.#ring.hidden = id === null;
    if (id === null) return;
    const { thumbnailsSide } = this.#explorer;
    const size = Math.max(leastRing, thumbnailsSide + 10);
    const [x, y] = this.#explorer.stage.view.toScreen(this.#explorer.x[id], this.#explorer.y[id]);
    this.#ring.classList.toggle("square", thumbnailsSide > 0);
    this.#ring.style.width = this.#ring.style.height = `${size}px`;
    this.#ring.style.margin = `${-size / 2}px`;
    this.#ring.style.transform = `translate(${x}px, ${y}px)`;
  }
}
