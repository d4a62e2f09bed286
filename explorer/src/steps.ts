interface OpenPart {
  name: string;
  close: () => void;
}

/** What the browser keeps with a step: how many parts are open there. */
function depthOf(state: unknown): number {
  const open = (state as { open?: unknown } | null)?.open;
  return typeof open === "number" ? open : 0;
}

/**
 * Dialogs and panels that are open over the map are steps of the browser's history, so that "back"
 * closes what was opened last and does not leave the page.
 */
export class Steps {
  readonly #open: OpenPart[] = [];
  /** Of the browser's present step. */
  #depth = depthOf(history.state);

  constructor() {
    history.replaceState({ open: this.#depth }, "");
    window.addEventListener("popstate", (event) => {
      this.#depth = depthOf(event.state);
      while (this.#open.length > this.#depth) this.#open.pop()!.close();
    });
  }

  /** A dialog or another element is a step while it is shown. */
  follow(element: HTMLElement, close: () => void): void {
    const look = () => {
      const isOpen = element instanceof HTMLDialogElement ? element.open : !element.hidden;
      if (isOpen) this.#enter({ name: element.id, close });
      else this.#leave(element.id);
    };
    new MutationObserver(look).observe(element, { attributeFilter: ["open", "hidden"] });
  }

  #enter(part: OpenPart): void {
    if (this.#open.some(({ name }) => name === part.name)) return;
    this.#open.push(part);
    if (this.#open.length <= this.#depth) return;
    history.pushState({ open: ++this.#depth }, "");
  }

  #leave(name: string): void {
    const at = this.#open.findIndex((part) => part.name === name);
    if (at < 0) return;
    this.#open.splice(at, 1);
    // Another part may take its place at once.
    setTimeout(() => {
      const left = this.#depth - this.#open.length;
      if (left <= 0) return;
      this.#depth -= left;
      history.go(-left);
    });
  }
}
