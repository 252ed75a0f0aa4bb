import type { ToolCall } from "../fold/cards.ts";
import { record, string } from "../fold/session-entry.ts";

/** Where the clone lies in every sandbox: paths are shown without it. */
const WORKSPACE = "/workspace/repo";

/** A path as people name it: relative to the repository. */
export function shownPath(path: string): string {
  if (path === WORKSPACE || path === "." || path === "") return ".";
  const inside = path.startsWith(`${WORKSPACE}/`) ? path.slice(WORKSPACE.length + 1) : path;
  return inside.replace(/^\.\//, "");
}

export function pathOf(call: ToolCall): string {
  const args = record(call.args);
  return shownPath(string(args.path) || string(args.file_path));
}

export function commandOf(call: ToolCall): string {
  return string(record(call.args).command);
}

/** What a reading call was about: a path, or a pattern and where it was looked for. */
export function targetOf(call: ToolCall): string {
  const args = record(call.args);
  const pattern = string(args.pattern) || string(args.glob);
  if (pattern === "") return pathOf(call);
  const where = string(args.path);
  return where === "" ? pattern : `${pattern} in ${shownPath(where)}`;
}

/** The folder that all paths share; empty when it is the repository itself. */
export function commonFolder(paths: readonly string[]): string {
  const folders = paths.map((path) => path.split("/").slice(0, -1));
  const [first = [], ...others] = folders;
  const shared = first.filter((part, index) =>
    others.every(
      (folder) => folder.slice(0, index + 1).join("/") === first.slice(0, index + 1).join("/") && part !== "",
    ),
  );
  return shared.join("/");
}

/** Shortest name of a command for lists: its first line. */
export function shortCommand(command: string): string {
  const line =
    command
      .split("\n")
      .find((part) => part.trim() !== "")
      ?.trim() ?? "";
  return line.replace(/^cd \S+ && /, "");
}

const CHECK =
  /\b(test|tests|vitest|jest|mocha|pytest|unittest|tox|rspec|typecheck|type-check|tsc|mypy|pyright|lint|eslint|biome|ruff|flake8|clippy|prettier|fmt|vet|check|build|compile|make|gradle|mvn)\b/i;
/** Words that only look like a check: reading about tests is none. */
const READING =
  /^(cat|ls|head|tail|less|grep|rg|find|sed|awk|echo|printf|git|cd|pwd|which|tree|wc|stat|file|mkdir|touch|cp|mv|rm)\b/;

/** Whether a command looks like a test, a linter, a type check or a build. */
export function isCheck(command: string): boolean {
  return shortCommand(command)
    .split(/&&|\|\||;/)
    .map((part) => part.trim())
    .some((part) => CHECK.test(part) && !READING.test(part));
}
