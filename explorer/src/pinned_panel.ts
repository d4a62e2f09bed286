import { fewPixels, imageButton } from "./contact_sheet.ts";
import { baseName, find, make, sentence } from "./elements.ts";
import type { Explorer, NeighborKind } from "./explorer.ts";
import { bringIntoSight, iconButton, panelHead, segments } from "./panel.ts";
import { Walk } from "./walk.ts";

const neighborCount = 12;
const pictureSide = 304;

/** The pinned image in full, what is known of it, and its nearest neighbours, to walk from one to the next. */
export class PinnedPanel {
  readonly #explorer: Explorer;
  readonly #panel = find("pinned");
  readonly #large = find<HTMLDialogElement>("large");
  readonly #walk = new Walk();
  readonly #neighborRoom = make("div", { class: "sheet" });
  #kind: NeighborKind;
  #neighbors: number[] = [];
  #address: string | null = null;

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    this.#kind = this.#bestKind;
    this.#large.addEventListener("click", () => this.#large.close());
    explorer.state.pinned.listen((id) => this.show(id));
    explorer.mapListeners.push(() => (this.#kind = this.#bestKind));
    explorer.nameListeners.push(() => this.show(explorer.state.pinned.value));
    explorer.placeListeners.push(() => {
      if (this.#kind === "map") void this.#showNeighbors();
    });
  }

  get #bestKind(): NeighborKind {
    return this.#explorer.knowsFeatures ? "features" : "map";
  }

  show(id: number | null): void {
    const hadFocus = this.#panel.contains(document.activeElement);
    this.#panel.hidden = id === null;
    this.#forgetPicture();
    if (id === null) {
      this.#walk.clear();
      this.#panel.replaceChildren();
      return;
    }
    this.#walk.visit(id);
    const path = this.#explorer.path(id);
    const folder = path.slice(0, -baseName(path).length);
    const parts: HTMLElement[] = [make("div", { class: "picture" }, this.#picture(id))];
    if (folder !== "") parts.push(make("div", { class: "folder" }, folder));
    parts.push(this.#chips(id), ...this.#metadata(id), this.#neighborHead(), this.#neighborRoom);
    const body = make("div", { class: "panel-body" }, ...parts);
    this.#panel.replaceChildren(this.#head(id, baseName(path)), body);
    if (hadFocus) this.#panel.focus();
    bringIntoSight(this.#panel);
    void this.#showNeighbors();
  }

  #head(id: number, name: string): HTMLElement {
    const back = iconButton("back", "Back to the image before (P)", () => this.back());
    back.disabled = this.#walk.isAtStart;
    const fly = iconButton("find", "Fly to this image (F)", () => this.#explorer.flyToImage(id));
    const close = iconButton("close", "Close (Escape)", () => this.#explorer.pin(null));
    return panelHead(this.#panel, name, back, fly, close);
  }

  #forgetPicture(): void {
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = null;
  }

  /** The thumbnail first, then the full image where a program serves it. */
  #picture(id: number): HTMLElement {
    const { atlas, source } = this.#explorer;
    const canvas = make("canvas");
    if (atlas) {
      canvas.classList.toggle("small", atlas.largestSide < fewPixels);
      void atlas.paint(canvas, id, pictureSide).catch(() => canvas.remove());
    }
    if (source.server) void this.#loadPicture(id, canvas);
    return canvas;
  }

  async #loadPicture(id: number, canvas: HTMLCanvasElement): Promise<void> {
    try {
      const blob = await this.#explorer.source.server!.image(id);
      if (!canvas.isConnected) return;
      this.#forgetPicture();
      this.#address = URL.createObjectURL(blob);
      const image = make("img", { src: this.#address, alt: this.#explorer.path(id) });
      await image.decode();
      image.classList.toggle("small", image.naturalWidth < fewPixels);
      const button = make("button", { type: "button", title: "Enlarge" }, image);
      button.addEventListener("click", () => this.#enlarge(image));
      canvas.replaceWith(button);
    } catch (error) {
      if (canvas.isConnected)
        this.#explorer.state.message.value = `The image cannot be shown: ${sentence(error)}`;
    }
  }

  /** Shows the image over the whole window, until the next click or Escape. */
  #enlarge(image: HTMLImageElement): void {
    this.#large.replaceChildren(image.cloneNode());
    this.#large.showModal();
  }

  #chips(id: number): HTMLElement {
    const chips = make("div", { class: "chips" });
    const label = this.#explorer.labelOf(id);
    if (label !== null) {
      const dot = make("i");
      dot.style.background = this.#explorer.labelColour(id);
      chips.append(make("span", { class: "chip" }, dot, label));
    }
    return chips;
  }

  #metadata(id: number): HTMLElement[] {
    const { map, texts } = this.#explorer;
    const list = make("dl");
    const tell = (name: string, value: string) => list.append(make("dt", {}, name), make("dd", {}, value));
    for (const column of map.metadata) {
      if (column.kind === "category" && column.codes[id] >= 0) {
        tell(column.name, column.values[column.codes[id]]);
      }
    }
    // Numbers are among the texts, digit by digit.
    for (const column of texts.slice(1)) if (column.at(id) !== "") tell(column.name, column.at(id));
    return list.childElementCount > 0 ? [list] : [];
  }

  #neighborHead(): HTMLElement {
    const head = make("div", { class: "row" }, make("h3", {}, "Neighbours"));
    const choices = [
      { value: "features", text: "in features" },
      { value: "map", text: "on the map" },
    ] as const;
    if (this.#explorer.knowsFeatures) {
      head.append(
        segments<NeighborKind>("Neighbours", choices, this.#kind, (kind) => {
          this.#kind = kind;
          void this.#showNeighbors();
        }),
      );
    }
    return head;
  }

  async #showNeighbors(): Promise<void> {
    const id = this.#explorer.state.pinned.value;
    if (id === null) return;
    try {
      const { ids } = await this.#explorer.neighborsOf(id, this.#kind, neighborCount);
      if (this.#explorer.state.pinned.value !== id) return;
      this.#neighbors = ids;
      this.#neighborRoom.replaceChildren(
        ...ids.map((other) => {
          const button = imageButton(this.#explorer, other, () => this.walkTo(other));
          button.classList.toggle("visited", this.#walk.hasVisited(other));
          return button;
        }),
      );
    } catch (error) {
      this.#neighborRoom.replaceChildren(make("p", {}, sentence(error)));
    }
  }

  walkTo(id: number): void {
    this.#explorer.pin(id);
    this.#explorer.bringIntoView(id);
  }

  /** To the nearest neighbour that was not pinned before. */
  next(): void {
    const next = this.#neighbors.find((id) => !this.#walk.hasVisited(id));
    if (next !== undefined) this.walkTo(next);
  }

  back(): void {
    const before = this.#walk.back();
    if (before !== null) this.walkTo(before);
  }
}
