import { NotFound, RepositoryError } from "../../../core/errors.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { BoxClone } from "../box-clone.ts";
import { MAX_LOOSE_FILE_BYTES, MAX_NAMES } from "./snapshot.ts";
import { outFolder, takeFile } from "./transfer.ts";

/** What the event of a checkpoint may name. */
const MAX_SKIPPED = 100;
const MAX_TEXT_BYTES = 32 * 1024 * 1024;

/** Variables that repair, snapshot, checkpoint and finish read. */
export function scriptVariables(clone: BoxClone, out: string): Record<string, string> {
  return {
    OUT: out,
    BRANCH: clone.branch,
    BASE: clone.baseBranch,
    COMMIT: clone.baseCommit ?? "",
    FORMAT: clone.baseCommit?.length === 64 ? "sha256" : "sha1",
    MAX_FILE: String(MAX_LOOSE_FILE_BYTES),
    MAX_NAMES: String(MAX_NAMES),
  };
}

/** Files that a script left for the host. All of it comes from the box: it is data to check, never to trust. */
export function openOut(sandbox: Sandbox) {
  const folder = outFolder();
  const bytes = async (name: string) => {
    try {
      return await sandbox.readFile(`${folder}/${name}`, { maxBytes: MAX_TEXT_BYTES });
    } catch (error) {
      if (error instanceof NotFound) return new Uint8Array();
      throw error;
    }
  };
  const text = async (name: string) => new TextDecoder().decode(await bytes(name));
  const list = async (name: string) => (await text(name)).split("\0").filter((entry) => entry !== "");
  return {
    folder,
    bytes,
    text,
    list,
    file: (name: string, maxBytes: number) => takeFile(sandbox, `${folder}/${name}`, maxBytes),
    values: async () => parseValues(await text("result")),
    skipped: async () => describeSkipped(await list("skipped"), await list("ignored")),
    remove: async () => {
      await sandbox.run(`rm -rf ${folder}`, { cwd: "/", timeoutMs: 30_000 }).catch(() => undefined);
    },
  };
}

/** `key=<object id or nothing>` a line. */
function parseValues(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split("\n")) {
    const [key = "", value = ""] = line.split("=");
    if (value !== "" && !/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(value)) {
      throw new RepositoryError("git in the sandbox gave an answer that is none. Run the task again.");
    }
    values[key] = value;
  }
  return values;
}

function describeSkipped(leftOut: readonly string[], ignored: readonly string[]): string[] {
  const limit = `${MAX_LOOSE_FILE_BYTES / 1024 / 1024} MiB`;
  const all = [
    ...leftOut.map((name) =>
      name.endsWith("/")
        ? `${shown(name)} (a repository of its own)`
        : `${shown(name)} (over ${limit} or unreadable)`,
    ),
    ...ignored.map((name) => `${shown(name)} (ignored)`),
  ];
  if (all.length <= MAX_SKIPPED) return all;
  return [...all.slice(0, MAX_SKIPPED - 1), `and ${all.length - MAX_SKIPPED + 1} more`];
}

function shown(name: string): string {
  return name.length > 900 ? `${name.slice(0, 900)}…` : name;
}
