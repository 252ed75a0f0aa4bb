import { type Dirent, readFileSync, type Stats, statfsSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { cpus } from "node:os";
import { join } from "node:path";
import { FileFailure } from "./file-errors.ts";

export type ApiFileInfo = {
  path: string;
  type: "file" | "directory" | "symlink" | "other";
  size: number;
  modified_at: string;
  created_at: string;
  owner: string;
  group: string;
  mode: number;
};

/** Entries that one listing or search may name. */
const MAX_ENTRIES = 50_000;

/** A link is described as a link, never followed. */
export function describe(path: string, stats: Stats): ApiFileInfo {
  return {
    path,
    type: typeOf(stats),
    size: stats.isDirectory() ? 0 : stats.size,
    modified_at: stats.mtime.toISOString(),
    created_at: stats.birthtime.toISOString(),
    owner: ownerName(stats.uid),
    group: ownerName(stats.gid),
    mode: toDecimalOctal(stats.mode),
  };
}

/** The API writes 0o644 as the number 644. */
export function toDecimalOctal(mode: number): number {
  return Number((mode & 0o7777).toString(8));
}

export function fromDecimalOctal(mode: number): number {
  if (!/^[0-7]{1,4}$/.test(String(mode))) {
    throw new FileFailure(400, "INVALID_REQUEST", `Mode ${mode} is not octal, for example 644.`);
  }
  return Number.parseInt(String(mode), 8);
}

/** Entries below `root` in lexical order, a folder before what it holds; links are not followed. */
export async function walk(root: string, depth: number): Promise<ApiFileInfo[]> {
  const found: ApiFileInfo[] = [];
  const visit = async (folder: string, left: number): Promise<void> => {
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((a: Dirent, b: Dirent) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      const stats = await lstat(path).catch(() => null);
      if (!stats) continue;
      if (found.push(describe(path, stats)) > MAX_ENTRIES) throw tooMany(root);
      if (stats.isDirectory() && left > 1) await visit(path, left - 1).catch(ignoreUnreadable);
    }
  };
  if (depth > 0) await visit(root, depth);
  return found;
}

/** What the box may use: the cgroup of the box is not seen from inside, so the machine's figures stand in. */
export function metrics(): Record<string, number> {
  const memory = readFileSync("/proc/meminfo", "utf8");
  const kib = (name: string) => Number(memory.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))?.[1] ?? 0);
  const disk = statfsSync("/workspace");
  return {
    cpu_count: cpus().length,
    cpu_used_pct: 0,
    mem_total_mib: kib("MemTotal") / 1024,
    mem_used_mib: (kib("MemTotal") - kib("MemAvailable")) / 1024,
    disk_free_mib: (disk.bavail * disk.bsize) / 1024 ** 2,
    timestamp: Date.now(),
  };
}

function typeOf(stats: Stats): ApiFileInfo["type"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "symlink" : "other";
}

function ownerName(id: number): string {
  return id === process.getuid?.() ? "agent" : String(id);
}

function tooMany(root: string): FileFailure {
  return new FileFailure(
    400,
    "TOO_MANY_FILES",
    `More than ${MAX_ENTRIES} entries below ${root}: ask for less.`,
  );
}

function ignoreUnreadable(thrown: unknown): void {
  if (thrown instanceof FileFailure) throw thrown;
}
