import type { Progress } from "./source.ts";

const states = {
  writing: "Training has ended. The results are being written.",
  stopped: "Training was stopped. What it has learned is being written.",
  finished: "The finished map is being loaded.",
};

/** What is done where no epoch is under way; null where one is. */
export function tellState({ state }: Progress): string | null {
  return state === "training" ? null : states[state];
}

/** What is to be said when the program, which told this last, does not answer any more. */
export function tellEnd({ state }: Progress): string {
  return state === "stopped"
    ? "Training was stopped, and the program has ended. Go on with:"
    : "The program does not answer. If it has ended, go on with:";
}
