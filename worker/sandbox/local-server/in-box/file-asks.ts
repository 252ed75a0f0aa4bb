import { chmod, lstat, mkdir, readFile, rename, rm, stat, unlink, writeFile } from "node:fs/promises";
import { matchesGlob, relative, resolve } from "node:path";
import { FileFailure } from "./file-errors.ts";
import { type ApiFileInfo, describe, fromDecimalOctal, metrics, walk } from "./file-info.ts";
import type { FileAsk, Permission } from "./protocol.ts";

const MAX_REPLACE_BYTES = 64 * 1024 * 1024;

/** Runs inside the box: whatever a path means here, it means to the agent's own processes too. */
export async function answerFileAsk(ask: FileAsk): Promise<unknown> {
  switch (ask.op) {
    case "info":
      return info(ask.paths);
    case "list":
      return list(ask.path, ask.depth);
    case "search":
      return search(ask.path, ask.pattern);
    case "replace":
      return replace(ask.items);
    case "move":
      for (const item of ask.items) await rename(absolute(item.src), absolute(item.dest));
      return null;
    case "permissions":
      for (const [path, permission] of Object.entries(ask.items)) await permit(absolute(path), permission);
      return null;
    case "removeFiles":
      for (const path of ask.paths) await unlink(absolute(path)).catch(ignoreMissing);
      return null;
    case "makeFolders":
      return makeFolders(ask.items);
    case "removeFolders":
      for (const path of ask.paths) await rm(absolute(path), { recursive: true, force: true });
      return null;
    case "metrics":
      return metrics();
    default:
      return ask satisfies never;
  }
}

/** Relative paths are of /workspace. */
export function absolute(path: string): string {
  if (path === "" || path.includes("\0"))
    throw new FileFailure(400, "INVALID_REQUEST", "The path is empty or holds a NUL.");
  return resolve("/workspace", path);
}

async function info(paths: string[]): Promise<Record<string, ApiFileInfo>> {
  const found: [string, ApiFileInfo][] = [];
  for (const path of paths) found.push([path, describe(absolute(path), await lstat(absolute(path)))]);
  return Object.fromEntries(found);
}

async function list(path: string, depth: number): Promise<ApiFileInfo[]> {
  const root = absolute(path);
  const stats = await lstat(root);
  if (!stats.isDirectory())
    throw new FileFailure(400, "INVALID_REQUEST", `${root} is no folder, or a link to one.`);
  return walk(root, depth);
}

async function search(path: string, pattern: string): Promise<ApiFileInfo[]> {
  const root = absolute(path);
  if (!(await stat(root)).isDirectory())
    throw new FileFailure(400, "INVALID_REQUEST", `${root} is no folder.`);
  const files = (await walk(root, 64)).filter((entry) => entry.type !== "directory");
  return files.filter((file) => {
    const below = relative(root, file.path);
    return matchesGlob(below, pattern) || matchesGlob(below.slice(below.lastIndexOf("/") + 1), pattern);
  });
}

async function replace(
  items: Record<string, { old: string; new: string }>,
): Promise<Record<string, { replacedCount: number }>> {
  const counts: [string, { replacedCount: number }][] = [];
  for (const [path, item] of Object.entries(items)) {
    if (item.old === "") throw new FileFailure(400, "INVALID_REQUEST", "The text to replace is empty.");
    const stats = await stat(absolute(path));
    if (!stats.isFile() || stats.size > MAX_REPLACE_BYTES) {
      throw new FileFailure(400, "INVALID_REQUEST", `${path} is no file, or too large to edit.`);
    }
    const pieces = (await readFile(absolute(path), "utf8")).split(item.old);
    if (pieces.length > 1) await writeFile(absolute(path), pieces.join(item.new));
    counts.push([path, { replacedCount: pieces.length - 1 }]);
  }
  return Object.fromEntries(counts);
}

async function makeFolders(items: Record<string, Permission>): Promise<null> {
  for (const [path, permission] of Object.entries(items)) {
    const made = await mkdir(absolute(path), { recursive: true });
    // A folder that was there keeps its mode.
    if (made !== undefined) await permit(absolute(path), permission);
  }
  return null;
}

/** Owner and group are left as they are: a box has one user. */
async function permit(path: string, permission: Permission): Promise<void> {
  if (permission.mode !== undefined) await chmod(path, fromDecimalOctal(permission.mode));
}

function ignoreMissing(thrown: unknown): void {
  if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")) throw thrown;
}
