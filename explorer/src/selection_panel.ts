import { contactSheet } from "./contact_sheet.ts";
import { table } from "./csv.ts";
import { find, make, makeButton, sentence, tell, tellImages } from "./elements.ts";
import type { Explorer } from "./explorer.ts";
import { onKey } from "./key_presses.ts";
import { bringIntoSight, iconButton, panelHead } from "./panel.ts";
import { css, unlabelled } from "./palette.ts";
import { countCodes } from "./selection.ts";
import type { Exported, ExportKind } from "./source.ts";
import { writtenLabel, writtenName } from "./written_labels.ts";

const mostBars = 8;

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function tellExported({ folder, count, fromRun, side }: Exported): string {
  const done = `${tellImages(count)} ${count === 1 ? "is" : "are"} in ${folder} of the run now`;
  if (fromRun === 0) return `${done}.`;
  const some = fromRun === count ? "" : `${tell(fromRun)} of them `;
  return `${done}, ${some}as the run holds them, ${side} × ${side} pixels: their own files are not at hand.`;
}

/** The selected images: how many of which class, their contact sheet, a label for them, and export. */
export class SelectionPanel {
  /** Called when images have been labelled. */
  onLabel: (label: string, ids: Uint32Array) => void = () => undefined;
  readonly #explorer: Explorer;
  readonly #panel = find("chosen");

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    explorer.state.selection.listen((ids) => this.#show(ids));
    explorer.colourListeners.push(() => this.#showBars());
    explorer.nameListeners.push(() => this.#show(explorer.state.selection.value));
  }

  #show(ids: Uint32Array): void {
    this.#panel.hidden = ids.length === 0;
    if (ids.length === 0) return this.#panel.replaceChildren();
    const close = iconButton("close", "Clear the selection (Escape)", () =>
      this.#explorer.select(new Uint32Array(), "replace"),
    );
    const inOrder = this.#explorer.atlas?.inMapOrder(ids) ?? ids;
    const body = make("div", { class: "panel-body" }, make("div", { class: "bars" }), this.#exporting(ids));
    if (this.#explorer.source.server) body.append(this.#labelling(ids));
    body.append(contactSheet(this.#explorer, inOrder));
    this.#panel.replaceChildren(panelHead(this.#panel, `${tellImages(ids.length)} selected`, close), body);
    this.#showBars();
    bringIntoSight(this.#panel);
  }

  /** How many images of which class. */
  #showBars(): void {
    const bars = this.#panel.querySelector(".bars");
    const { scale } = this.#explorer.colouring;
    const ids = this.#explorer.state.selection.value;
    if (!bars) return;
    bars.replaceChildren();
    if (scale.kind !== "classes") return;
    const counts = countCodes(ids, scale.codes);
    for (const { code, count } of counts.slice(0, mostBars)) {
      const row = scale.rows.find((candidate) => candidate.code === code);
      const bar = make("i");
      bar.style.background = css(row?.colour ?? unlabelled);
      bar.style.width = `${(100 * count) / counts[0].count}%`;
      bars.append(make("span", {}, row?.name ?? "none"), bar, make("span", { class: "quiet" }, tell(count)));
    }
    const rest = counts.slice(mostBars);
    if (rest.length === 0) return;
    const others = rest.reduce((sum, { count }) => sum + count, 0);
    bars.append(
      make("span", { class: "quiet" }, `${rest.length} more`),
      make("span"),
      make("span", { class: "quiet" }, tell(others)),
    );
  }

  /** The table of these images: id, path, label and the label that was written here. */
  table(ids: Uint32Array): string {
    const { map } = this.#explorer;
    const rows = Array.from(ids, (id) => [
      id,
      this.#explorer.path(id),
      this.#explorer.labelOf(id) ?? "",
      writtenLabel(map, id),
    ]);
    return table(["id", "path", "label", writtenName], rows);
  }

  #exporting(ids: Uint32Array): HTMLElement {
    const csv = makeButton("Save as CSV", { id: "save-csv", title: "Save ids, paths and labels (E)" }, () =>
      this.save(),
    );
    const buttons = [csv];
    const { server, config } = this.#explorer.source;
    const add = (kind: ExportKind, text: string, title: string) =>
      buttons.push(
        makeButton(text, { id: `export-${kind}`, title }, () => {
          void this.#export(kind, ids, buttons);
        }),
      );
    if (server) add("copies", "Copy images", "Copy the images into the run's folder exports");
    if (server && config.links) add("links", "Link images", "Link the images in the run's folder exports");
    return make("div", { class: "buttons" }, ...buttons);
  }

  /** Saves the selection as a table. */
  save(): void {
    const ids = this.#explorer.state.selection.value;
    if (ids.length > 0) download("selection.csv", this.table(ids));
  }

  async #export(kind: ExportKind, ids: Uint32Array, buttons: HTMLButtonElement[]): Promise<void> {
    const { state, source } = this.#explorer;
    const name = `selection-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}`;
    state.message.value = `${kind === "links" ? "Linking" : "Copying"} ${tellImages(ids.length)} …`;
    for (const button of buttons) button.disabled = true;
    try {
      state.message.value = tellExported(await source.server!.exportTo(name, kind, ids));
    } catch (error) {
      state.message.value = sentence(error);
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  }

  #labelling(ids: Uint32Array): HTMLElement {
    const input = make("input", {
      type: "text",
      id: "new-label",
      placeholder: "A label for these",
      "aria-label": "A label for the selected images",
      autocomplete: "off",
    });
    const write = make("button", { type: "submit" }, "Label");
    const form = make("form", { class: "line" }, input, write);
    onKey(input, (event) => {
      if (event.key === "Escape") this.#explorer.stage.canvas.focus();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#label(input.value.trim(), ids);
    });
    return form;
  }

  async #label(label: string, ids: Uint32Array): Promise<void> {
    const { state, source } = this.#explorer;
    try {
      const { file, count } = await source.server!.saveLabel(label, ids);
      this.onLabel(label, ids);
      const done = label === "" ? "have no label of yours now" : `have the label “${label}” now`;
      state.message.value = `${tellImages(count)} ${done}; the run's ${file} tells it.`;
    } catch (error) {
      state.message.value = sentence(error);
    }
  }
}
