import { find } from "./elements.ts";
import type { Explorer } from "./explorer.ts";

const edge = 28;
const toolbar = 62;
/** Narrower windows have no room beside the panels. */
const narrow = 760;

/** The panel at the left can be folded, and the whole map fits beside what is open. */
export function connectLayout(explorer: Explorer): void {
  const side = find("side");
  const fold = find("fold");
  const measure = () => {
    const isBeside = !side.classList.contains("folded") && innerWidth > narrow;
    explorer.travel.setInset({
      left: isBeside ? side.offsetWidth + edge : edge,
      right: edge,
      top: edge,
      bottom: toolbar,
    });
  };
  fold.addEventListener("click", () => {
    const isFolded = side.classList.toggle("folded");
    fold.setAttribute("aria-expanded", String(!isFolded));
    fold.title = isFolded ? "Open this panel ([)" : "Fold this panel ([)";
    measure();
  });
  if (innerWidth <= narrow) fold.click();
  else measure();
}
