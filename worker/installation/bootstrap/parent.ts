import { Stop } from "./stop.ts";

/** Who started us, taken before anything takes time: npx and shells end without a word to their children. */
const PARENT = process.ppid;

export function parentIsGone(): boolean {
  return process.ppid !== PARENT;
}

/** Between two long steps: throws Stop when there is nobody left to do the next one for. */
export function stopWhenAlone(): void {
  if (parentIsGone()) throw new Stop("Stopped: whoever started this has ended.");
}
