import { find } from "./elements.ts";
import type { Explorer } from "./explorer.ts";

const edge = 28;
const toolbar = 62;
/** Narrower windows have no room beside the panels. */
const narrow = 760;

/** What the panels at the right, which lie below in a narrow window, take of the map. */
function roomOfPanels(): { right: number; bottom: number } {
  const panels = find("panels");
  const isAny = [...panels.children].some((panel) => !(panel as HTMLElement).hidden);
  if (!isAny) return { right: edge, bottom: toolbar };
  if (innerWidth > narrow) return { right: panels.offsetWidth, bottom: toolbar };
  return { right: edge, bottom: innerHeight - panels.getBoundingClientRect().top };
}

/** The panel at the left can be folded, and the whole map fits beside what is open. */
export function connectLayout(explorer: Explorer): void {
  const side = find("side");
  const fold = find("fold");
  const measure = () => {
    const isBeside = !side.classList.contains("folded") && innerWidth > narrow;
    const left = isBeside ? side.offsetWidth + edge : edge;
    explorer.travel.setInset({ left, top: edge, ...roomOfPanels() });
  };
  explorer.measurePanels = measure;
  fold.addEventListener("click", () => {
    const isFolded = side.classList.toggle("folded");
    fold.setAttribute("aria-expanded", String(!isFolded));
    fold.title = isFolded ? "Open this panel ([)" : "Fold this panel ([)";
    measure();
  });
  new ResizeObserver(measure).observe(find("panels"));
  for (const panel of find("panels").children) new ResizeObserver(measure).observe(panel);
  if (innerWidth <= narrow) fold.click();
  else measure();
}
