/** Fields in which one writes. */
export const textFields = "input:not([type=radio]):not([type=checkbox]):not([type=range]), textarea, select";

/** Calls for each key that is pressed, but those of an input method, which chooses letters with Enter and Escape. */
export function onKey(target: HTMLElement | Window, act: (event: KeyboardEvent) => void): void {
  target.addEventListener("keydown", (event) => {
    const key = event as KeyboardEvent;
    // Some browsers say of the key that ends the composing only that it was the method's: 229.
    if (!key.isComposing && key.keyCode !== 229) act(key);
  });
}
