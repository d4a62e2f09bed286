import { readAddress, writeAddress, type Address } from "./address.ts";
import { tellsApart } from "./cluster_names.ts";
import { colourChoices } from "./colouring.ts";
import type { Explorer } from "./explorer.ts";
import type { SearchField } from "./search_field.ts";
import { systemTheme } from "./theme.ts";

const pause = 250;

function standardColour({ map }: Explorer): string {
  return map.label && tellsApart(map.label) ? "label" : "density";
}

/** Keeps what is seen in the page's address, and shows what the address says when it is opened. */
export class AddressBar {
  readonly #explorer: Explorer;
  readonly #given: Address;
  #isRestored = false;
  #written = location.hash;
  #timer = 0;

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    this.#given = readAddress(location.hash, explorer.map.count);
  }

  /** What the first frame needs. */
  restoreView(): void {
    const { state } = this.#explorer;
    const { colour, theme, thumbnails } = this.#given;
    state.theme.value = theme ?? systemTheme();
    state.thumbnails.value = thumbnails;
    const isChoice = colourChoices(this.#explorer.map).some(({ key }) => key === colour);
    state.colour.value = isChoice ? colour! : standardColour(this.#explorer);
    this.#restoreCamera();
  }

  /** Zoom is measured by how large the whole map is beside the panels. */
  #restoreCamera(): void {
    const { camera } = this.#given;
    const { whole } = this.#explorer.stage.view;
    const wanted = camera ? { x: camera.x, y: camera.y, scale: camera.zoom * whole.scale } : whole;
    this.#explorer.travel.jump(wanted);
  }

  /** What needs the names of images. */
  restoreImages(search: SearchField): void {
    if (this.#given.search !== "") search.search(this.#given.search);
    if (this.#given.image !== null) {
      this.#explorer.pin(this.#given.image);
      this.#explorer.measurePanels();
      this.#restoreCamera();
    }
    this.#isRestored = true;
    this.#explorer.frameListeners.push(() => this.#writeSoon());
    const { query, pinned } = this.#explorer.state;
    query.listen(() => this.#writeSoon());
    pinned.listen(() => this.#writeSoon());
    // Back to a step of this page, which was written when something else was seen.
    window.addEventListener("popstate", ({ state }) => {
      if (state !== null) this.#write();
    });
    window.addEventListener("hashchange", () => {
      if (location.hash !== this.#written) location.reload();
    });
  }

  #writeSoon(): void {
    if (!this.#isRestored) return;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#write(), pause);
  }

  #write(): void {
    const { state, stage, source } = this.#explorer;
    const { x, y, zoom, whole } = stage.view;
    const isWhole = Math.abs(zoom - 1) < 1e-6 && x === whole.x && y === whole.y;
    const colour = state.colour.value;
    this.#written = writeAddress({
      camera: isWhole ? null : { x, y, zoom },
      colour: colour === standardColour(this.#explorer) ? null : colour,
      theme: state.theme.value === systemTheme() ? null : state.theme.value,
      thumbnails: state.thumbnails.value,
      // Numbers of a part of the images mean others when the whole map is there.
      image: source.config.watching ? null : state.pinned.value,
      search: state.query.value,
    });
    if (location.hash === this.#written) return;
    const page = location.href.slice(0, location.href.length - location.hash.length).replace(/#$/, "");
    history.replaceState(history.state, "", page + this.#written);
    this.#written = location.hash;
  }
}
