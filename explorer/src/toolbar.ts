import { find } from "./elements.ts";
import type { Explorer } from "./explorer.ts";
import type { Tool } from "./state.ts";

function tellZoom(zoom: number): string {
  return `${zoom < 9.95 ? Number(zoom.toFixed(1)) : Math.round(zoom)}×`;
}

export function connectToolbar(explorer: Explorer): void {
  const buttons = document.querySelectorAll<HTMLButtonElement>("[data-tool]");
  for (const button of buttons) {
    button.addEventListener("click", () => (explorer.state.tool.value = button.dataset.tool as Tool));
  }
  explorer.state.tool.follow((tool) => {
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
  });
  find("zoom-in").addEventListener("click", () => explorer.travel.zoomBy(2));
  find("zoom-out").addEventListener("click", () => explorer.travel.zoomBy(0.5));
  find("whole").addEventListener("click", () => explorer.travel.showWhole());
  const output = find("zoom");
  explorer.frameListeners.push(() => {
    const text = tellZoom(explorer.stage.view.zoom);
    if (output.textContent !== text) output.textContent = text;
  });
  for (const button of document.querySelectorAll("#tools button")) {
    button.setAttribute("aria-label", button.getAttribute("title")!);
  }
}
