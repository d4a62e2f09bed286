import { make, makeButton } from "./elements.ts";

function icon(drawing: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 16 16");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", drawing);
  svg.append(path);
  return svg;
}

const drawings = {
  close: "m4 4 8 8M12 4l-8 8",
  back: "M9.5 3.5 5 8l4.5 4.5M5 8h8",
  fold: "m3.5 6 4.5 4.5L12.5 6",
  find: "M8 2v3M8 11v3M2 8h3M11 8h3M8 6.2a1.8 1.8 0 1 1 0 3.6 1.8 1.8 0 0 1 0-3.6",
};

export function iconButton(drawing: keyof typeof drawings, name: string, act: () => void): HTMLButtonElement {
  const button = makeButton("", { class: "icon", title: name, "aria-label": name }, act);
  button.append(icon(drawings[drawing]));
  return button;
}

/** Scrolls to a panel below others, but for one who does something in another of them. */
export function bringIntoSight(panel: HTMLElement): void {
  const active = document.activeElement?.closest("#panels > section");
  if (!active || active === panel) panel.scrollIntoView({ block: "start" });
}

/** Folds a panel that is open. */
export function foldPanel(panel: HTMLElement): void {
  if (!panel.classList.contains("folded")) panel.querySelector<HTMLButtonElement>(".fold")?.click();
}

/** The head of a panel at the side: its title, buttons, and one that folds it. */
export function panelHead(panel: HTMLElement, title: string, ...buttons: HTMLElement[]): HTMLElement {
  const fold = iconButton("fold", "Fold this panel", () => {
    const isFolded = panel.classList.toggle("folded");
    fold.setAttribute("aria-expanded", String(!isFolded));
  });
  fold.classList.add("fold");
  fold.setAttribute("aria-expanded", String(!panel.classList.contains("folded")));
  return make(
    "div",
    { class: "panel-head" },
    make("h2", {}, title),
    make("div", { class: "buttons" }, ...buttons, fold),
  );
}

/** Choices of which one holds, as in "features | map". */
export function segments<T extends string>(
  name: string,
  choices: readonly { value: T; text: string }[],
  chosen: T,
  choose: (value: T) => void,
): HTMLElement {
  const labels = choices.map(({ value, text }) => {
    const input = make("input", { type: "radio", name, value });
    input.checked = value === chosen;
    input.addEventListener("change", () => choose(value));
    return make("label", {}, input, make("span", {}, text));
  });
  return make("div", { class: "segments", role: "radiogroup", "aria-label": name }, ...labels);
}
