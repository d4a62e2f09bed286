import { find } from "./elements.ts";
import type { ThumbnailChoice } from "./mosaic.ts";
import type { Signal } from "./signal.ts";
import type { State } from "./state.ts";

/** A slider of powers of two, from a quarter to four times. */
function connectSlider(id: string, factor: Signal<number>): void {
  const slider = find<HTMLInputElement>(id);
  slider.addEventListener("input", () => (factor.value = 2 ** slider.valueAsNumber));
  slider.addEventListener("dblclick", () => (factor.value = 1));
  factor.follow((value) => (slider.value = String(Math.log2(value))));
}

function connectSwitch(id: string, isOn: () => boolean, turn: (on: boolean) => void): () => void {
  const box = find<HTMLInputElement>(id);
  box.addEventListener("change", () => turn(box.checked));
  return () => (box.checked = isOn());
}

/** The settings of the panel at the left, which follow the state and change it. */
export function connectAppearance(state: State, hasImages: boolean): void {
  find("images-row").hidden = !hasImages;
  connectSlider("point-size", state.pointSize);
  connectSlider("point-opacity", state.pointOpacity);
  state.showNames.follow(
    connectSwitch(
      "show-names",
      () => state.showNames.value,
      (on) => (state.showNames.value = on),
    ),
  );
  state.theme.follow(
    connectSwitch(
      "dark",
      () => state.theme.value === "dark",
      (on) => (state.theme.value = on ? "dark" : "light"),
    ),
  );
  const choices = find("thumbnails").querySelectorAll("input");
  for (const input of choices) {
    input.addEventListener("change", () => (state.thumbnails.value = input.value as ThumbnailChoice));
  }
  state.thumbnails.follow((choice) => {
    for (const input of choices) input.checked = input.value === choice;
  });
}
