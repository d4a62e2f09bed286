import type { Explorer } from "./explorer.ts";

export const ground = { light: 0xfbfaf8, dark: 0x131518 };

/** Dark or light, as the system has it until it is chosen here. */
export function connectTheme(explorer: Explorer): void {
  const { theme } = explorer.state;
  theme.follow((value) => {
    document.documentElement.dataset.theme = value;
    explorer.stage.paintBackground(ground[value]);
  });
}

export function systemTheme(): "light" | "dark" {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}
