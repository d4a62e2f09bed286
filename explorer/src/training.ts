import type { Progress } from "./source.ts";

const states = {
  decoding: "The images are being decoded.",
  mapping: "All is learned. The map is being written.",
  stopped: "The learning was stopped. A map of what is learned is being written.",
  ready: "The finished map is being loaded.",
};

/** What is done where no epoch is under way; null where one is. */
export function tellState({ state, words, stage }: Progress): string | null {
  if (state === "failed") return `There will be no map: ${words}`;
  if (state !== "learning") return states[state];
  return stage > 0 ? null : words || "The learning begins.";
}

/** What is to be said when the program, which told this last, does not answer any more. */
export function tellEnd({ state }: Progress): string {
  return state === "stopped"
    ? "The learning was stopped, and the program has ended. Go on with:"
    : "The program does not answer. If it has ended, go on with:";
}
