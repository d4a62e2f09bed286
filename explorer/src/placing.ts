import { fewPixels, imageButton } from "./contact_sheet.ts";
import { find, make, sentence } from "./elements.ts";
import type { Explorer } from "./explorer.ts";
import { textFields } from "./key_presses.ts";
import { iconButton, panelHead } from "./panel.ts";
import type { Placement } from "./source.ts";

/** A new image, dropped, pasted or chosen: where it lies on the map, and what it is like. */
export class Placing {
  readonly #explorer: Explorer;
  readonly #panel = find("placement");
  readonly #mark = find("placed");
  readonly #file = find<HTMLInputElement>("file");
  #place: [number, number] | null = null;
  #address: string | null = null;

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    explorer.frameListeners.push(() => this.#arrange());
    explorer.mapListeners.push(() => this.#offer());
    this.#offer();
  }

  /** Takes images from the time on when the program can place them. */
  #offer(): void {
    const { server, config } = this.#explorer.source;
    const button = find("place");
    if (!server || !config.placing || !button.hidden) return;
    this.#acceptDrops();
    window.addEventListener("paste", (event) => this.#paste(event));
    this.#file.addEventListener("change", () => this.#placeFirst(this.#file.files));
    button.hidden = false;
    button.addEventListener("click", () => this.ask());
  }

  /** Asks for a file. */
  ask(): void {
    if (this.#explorer.source.config.placing) this.#file.click();
  }

  #acceptDrops(): void {
    const sign = find("dropping");
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    window.addEventListener("dragover", (event) => {
      sign.hidden = !hasFiles(event);
      if (hasFiles(event)) event.preventDefault(); // a text may be dropped into a field
    });
    window.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) sign.hidden = true;
    });
    window.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      sign.hidden = true;
      this.#placeFirst(event.dataTransfer?.files);
    });
  }

  /** What is pasted into a field is text, and so is what comes with text: a cell of a spreadsheet has its picture beside it. */
  #paste(event: ClipboardEvent): void {
    const data = event.clipboardData;
    const isForField = event.target instanceof Element && event.target.matches(textFields);
    if (!isForField && !data?.types.includes("text/plain")) this.#placeFirst(data?.files);
  }

  #placeFirst(files: FileList | null | undefined): void {
    const file = files?.[0];
    if (file) void this.#send(file);
  }

  async #send(file: File): Promise<void> {
    const { state, source } = this.#explorer;
    state.message.value = `Finding the place of ${file.name} …`;
    try {
      const placement = await source.server!.place(file);
      state.message.value = "";
      this.#show(file, placement);
    } catch (error) {
      state.message.value = `${file.name} cannot be placed: ${sentence(error)}`;
    } finally {
      this.#file.value = "";
    }
  }

  #show(file: File, { x, y, z, ids }: Placement): void {
    this.close();
    const explorer = this.#explorer;
    this.#address = URL.createObjectURL(file);
    this.#place = explorer.seenAt(x, y, z);
    this.#mark.style.backgroundImage = `url(${this.#address})`;
    const image = make("img", { src: this.#address, alt: file.name });
    image.addEventListener("load", () => image.classList.toggle("small", image.naturalWidth < fewPixels));
    const neighbors = ids
      .filter((id) => id >= 0 && id < explorer.map.count)
      .map((id) =>
        imageButton(explorer, id, () => {
          explorer.pin(id);
          explorer.bringIntoView(id);
        }),
      );
    const body = make(
      "div",
      { class: "panel-body" },
      make("div", { class: "picture" }, image),
      make("h3", {}, "Most like it in features"),
      make("div", { class: "sheet" }, ...neighbors),
    );
    const fly = iconButton("find", "Fly to this image", () => this.#fly());
    const close = iconButton("close", "Take it off the map (Escape)", () => this.close());
    this.#panel.replaceChildren(panelHead(this.#panel, file.name, fly, close), body);
    this.#panel.hidden = false;
    explorer.state.announcement.value = `${file.name} is on the map.`;
    this.#fly();
  }

  #fly(): void {
    if (this.#place) this.#explorer.flyToPlace(...this.#place);
  }

  /** Takes the image off the map; says whether there was one. */
  close(): boolean {
    const was = this.#place !== null;
    if (this.#address) URL.revokeObjectURL(this.#address);
    this.#address = this.#place = null;
    this.#panel.hidden = true;
    this.#explorer.stage.invalidate();
    return was;
  }

  #arrange(): void {
    this.#mark.hidden = this.#place === null;
    if (!this.#place) return;
    const [x, y] = this.#explorer.stage.view.toScreen(...this.#place);
    this.#mark.style.transform = `translate(${x}px, ${y}px)`;
  }
}
