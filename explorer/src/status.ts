import { find, tellImages } from "./elements.ts";
import type { Explorer } from "./explorer.ts";

const messageTime = 7000;
const pause = 600;

/** Tells what happens to those who hear the page, and messages to all. */
export function connectStatus(explorer: Explorer): void {
  const status = find("status");
  const message = find("message");
  const { state } = explorer;
  let hoverTimer = 0;
  let messageTimer = 0;
  state.announcement.listen((text) => (status.textContent = text));
  state.hovered.listen((id) => {
    clearTimeout(hoverTimer);
    if (id === null) return;
    hoverTimer = window.setTimeout(() => {
      const label = explorer.labelOf(id);
      state.announcement.value = `${explorer.path(id)}${label ? `, ${label}` : ""}`;
    }, pause);
  });
  state.message.listen((text) => {
    clearTimeout(messageTimer);
    message.textContent = text;
    message.hidden = text === "";
    if (text.endsWith("…")) return; // of what is under way
    messageTimer = window.setTimeout(() => (state.message.value = ""), messageTime);
  });
}

/** After keys have moved the map: how many images are in view, and which is in the middle. */
export function tellView(explorer: Explorer): void {
  const id = explorer.nearestToCentre();
  const nearest =
    id === null
      ? ""
      : ` Nearest to the centre: ${explorer.path(id)}${explorer.labelOf(id) ? `, ${explorer.labelOf(id)}` : ""}.`;
  explorer.state.announcement.value = `${tellImages(explorer.countInView())} in view.${nearest}`;
}
