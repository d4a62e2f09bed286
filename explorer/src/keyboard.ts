import { find, make, makeButton } from "./elements.ts";
import type { Explorer } from "./explorer.ts";
import { onKey, textFields } from "./key_presses.ts";

/** A key, or several that do nearly the same, and what it does. */
export interface Key {
  /** As `KeyboardEvent.key` names it; the first is the one that is listed. */
  keys: string[];
  /** As it is listed, where that is not the key itself. */
  shown?: string;
  does: string;
  act: (event: KeyboardEvent) => void;
}

export interface KeyGroup {
  title: string;
  keys: Key[];
}

function isForPage(event: KeyboardEvent): boolean {
  if (event.metaKey || event.altKey) return false;
  if (event.ctrlKey && !event.key.startsWith("Arrow")) return false;
  const target = event.target as Element;
  if (target.matches(textFields) || document.querySelector("dialog[open]")) return false;
  const usesArrows = target.matches("input");
  const usesEnter = target.matches("button, summary, a, input");
  return !(usesArrows && event.key.startsWith("Arrow")) && !(usesEnter && ["Enter", " "].includes(event.key));
}

/** Does what the keys say by now, wherever the focus is but in a field for text. */
export function listenToKeys(groupsNow: () => KeyGroup[]): void {
  onKey(window, (event) => {
    if (event.defaultPrevented || !isForPage(event)) return;
    const keys = groupsNow().flatMap((group) => group.keys);
    const key = keys.find((candidate) => candidate.keys.includes(event.key));
    if (!key) return;
    event.preventDefault();
    key.act(event);
  });
}

/** Lists all keys in the dialog over the map. */
export function fillHelp(groups: KeyGroup[]): void {
  const dialog = find<HTMLDialogElement>("help");
  const sections = groups.map(({ title, keys }) => {
    const rows = keys.map(({ keys: [first], shown, does }) =>
      make("div", { class: "key" }, make("span", {}, does), make("kbd", {}, shown ?? first.toUpperCase())),
    );
    return make("section", {}, make("h3", {}, title), ...rows);
  });
  const close = makeButton("Close", { autofocus: "" }, () => dialog.close());
  const head = make("div", { class: "panel-head" }, make("h2", { id: "help-title" }, "Keys"), close);
  const mouse = make(
    "p",
    { class: "quiet" },
    "Drag to move, turn the wheel or pinch to zoom, click to pin an image. With the lasso or the rectangle, Shift adds to the selection and Alt takes away from it. Ctrl and drag turns a map of three dimensions.",
  );
  dialog.replaceChildren(head, make("div", { class: "columns" }, ...sections), mouse);
}

/** The button opens the dialog, and a click beside the dialog closes it. */
export function connectHelp(): void {
  const dialog = find<HTMLDialogElement>("help");
  find("keys").addEventListener("click", () => dialog.showModal());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

const step = 90;
const farStep = 360;
const turnStep = 6;

/** Moves the map by an arrow key; with Ctrl it turns a solid one. */
export function moveByArrow(explorer: Explorer, event: KeyboardEvent): void {
  const dx = Number(event.key === "ArrowLeft") - Number(event.key === "ArrowRight");
  const dy = Number(event.key === "ArrowUp") - Number(event.key === "ArrowDown");
  explorer.travel.stop();
  if (explorer.isSolid && event.ctrlKey) {
    explorer.turn(dx * turnStep, dy * turnStep);
    explorer.index();
    return;
  }
  const by = event.shiftKey ? farStep : step;
  explorer.stage.view.panBy(dx * by, dy * by);
  explorer.stage.invalidate();
}
