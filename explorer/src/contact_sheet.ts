import { baseName, make, makeButton, tell } from "./elements.ts";
import type { Explorer } from "./explorer.ts";

const thumbnail = 72;

/** A button that shows an image's thumbnail, or its name where there are none, and pins it. */
export function imageButton(explorer: Explorer, id: number, act: () => void): HTMLButtonElement {
  const label = explorer.labelOf(id);
  const name = explorer.path(id) + (label ? `, ${label}` : "");
  const button = makeButton("", { title: name, "aria-label": name, "data-id": String(id) }, act);
  if (!explorer.atlas) {
    button.textContent = baseName(explorer.path(id));
    return button;
  }
  const canvas = make("canvas");
  button.append(canvas);
  void explorer.atlas
    .paint(canvas, id, thumbnail)
    .catch(() => (button.textContent = baseName(explorer.path(id))));
  return button;
}

/** Images of fewer pixels are shown large with their pixels as squares. */
export const fewPixels = 96;
const firstPart = 60;
const nextPart = 240;

/** Thumbnails of many images, a part at a time. */
export function contactSheet(explorer: Explorer, ids: Uint32Array): HTMLElement {
  const sheet = make("div", { class: "sheet" });
  const more = makeButton("", {}, () => showMore(nextPart));
  const showMore = (count: number) => {
    const from = sheet.childElementCount;
    for (const id of ids.subarray(from, from + count)) {
      sheet.append(imageButton(explorer, id, () => explorer.pin(id)));
    }
    const left = ids.length - sheet.childElementCount;
    more.hidden = left === 0;
    more.textContent = `Show ${tell(Math.min(left, nextPart))} more of ${tell(left)}`;
  };
  showMore(firstPart);
  return make("div", { class: "panel-body" }, sheet, more);
}
