import { posix } from "node:path";
import { BadInput } from "../../../../core/errors.ts";
import { WORKSPACE } from "../../../sandbox/sandbox.ts";

/**
 * The absolute path in the box that the model means. It may name anything there: the box is the boundary, and
 * symbolic links are followed inside it. Throws BadInput for what no path can be.
 */
export function boxPath(path: string): string {
  if (path.includes("\0")) throw new BadInput("The path holds a NUL character.");
  if (path === "~" || path.startsWith("~/")) {
    throw new BadInput(`The path "${path}" begins with ~: write it from / or relative to ${WORKSPACE}.`);
  }
  return posix.resolve(WORKSPACE, path);
}

/** As people and the model read it: relative inside the clone, absolute elsewhere. */
export function shownPath(path: string): string {
  return path.startsWith(`${WORKSPACE}/`) ? path.slice(WORKSPACE.length + 1) : path;
}

/** One word of a shell command, whatever is in it. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
