import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { hasEnded } from "../processes.ts";

/** Threads of the supervisor, beside those that commands may have: without one to start, it crashes. */
export const SPARE_THREADS = 64;

/** Where boxes are bounded by the kernel: one folder of ours a hierarchy, one folder a box below it. */
export type Cgroups = { version: 1 | 2; folders: readonly string[] };
export type CgroupLimits = { memoryBytes: number; processes: number };

const ROOT = "/sys/fs/cgroup";
const REMOVE_TRIES = 50;
const REMOVE_PAUSE_MS = 20;

/** Null where this process may not make cgroups: a watchdog bounds memory then. */
export function prepareCgroups(name: string): Cgroups | null {
  return prepareVersion2(name) ?? prepareVersion1(name);
}

/** Makes the cgroups of one box; a process joins by writing its pid to `cgroup.procs` of each folder. */
export function makeBoxCgroups(cgroups: Cgroups, boxId: string, limits: CgroupLimits): string[] {
  const folders = cgroups.folders.map((folder) => join(folder, boxId));
  for (const folder of folders) {
    mkdirSync(folder, { recursive: true });
    if (cgroups.version === 1) limitVersion1(folder, limits);
    else limitVersion2(folder, limits);
  }
  return folders;
}

/** A cgroup can be removed a moment after its last process ended. */
export async function removeCgroups(folders: readonly string[]): Promise<void> {
  for (const folder of folders) {
    for (let tries = 0; tries < REMOVE_TRIES && existsSync(folder); tries++) {
      try {
        rmdirSync(folder);
      } catch {
        await wait(REMOVE_PAUSE_MS);
      }
    }
  }
}

/** Removes empty cgroups of servers that were killed and whose data folder is gone: nothing else names them. */
export function sweepCgroups(): void {
  for (const hierarchy of [ROOT, join(ROOT, "memory"), join(ROOT, "pids")]) {
    for (const name of foldersIn(hierarchy)) {
      const [, pid, startedAt = ""] = name.match(/^pihordev-(\d+)-(\d+)-[\w-]+$/) ?? [];
      if (!pid || !hasEnded({ pid: Number(pid), startedAt })) continue;
      const folder = join(hierarchy, name);
      for (const box of foldersIn(folder)) removeQuietly(join(folder, box));
      removeQuietly(folder);
    }
  }
}

export function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    return [];
  }
}

/** Ends what is left in a box's cgroups: for a server that found the boxes of a dead one. */
export function killCgroups(folders: readonly string[]): void {
  for (const folder of folders) {
    for (const pid of pidsIn(folder)) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // It has ended by itself.
      }
    }
  }
}

export function pidsIn(folder: string): number[] {
  try {
    return readFileSync(join(folder, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function prepareVersion2(name: string): Cgroups | null {
  if (!existsSync(join(ROOT, "cgroup.controllers"))) return null;
  const folder = join(ROOT, name);
  try {
    writeFileSync(join(ROOT, "cgroup.subtree_control"), "+memory +pids");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "cgroup.subtree_control"), "+memory +pids");
    return { version: 2, folders: [folder] };
  } catch {
    removeQuietly(folder);
    return null;
  }
}

function prepareVersion1(name: string): Cgroups | null {
  const folders = [join(ROOT, "memory", name), join(ROOT, "pids", name)];
  try {
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    if (existsSync(join(folders[0] ?? "", "memory.limit_in_bytes"))) return { version: 1, folders };
  } catch {
    // Not root, or no such hierarchy.
  }
  for (const folder of folders) removeQuietly(folder);
  return null;
}

function limitVersion1(folder: string, limits: CgroupLimits): void {
  if (existsSync(join(folder, "pids.max"))) {
    writeFileSync(join(folder, "pids.max"), pidsMax(limits));
    return;
  }
  writeFileSync(join(folder, "memory.limit_in_bytes"), String(limits.memoryBytes));
  const withSwap = join(folder, "memory.memsw.limit_in_bytes");
  if (existsSync(withSwap)) writeFileSync(withSwap, String(limits.memoryBytes));
}

function limitVersion2(folder: string, limits: CgroupLimits): void {
  writeFileSync(join(folder, "memory.max"), String(limits.memoryBytes));
  const swap = join(folder, "memory.swap.max");
  if (existsSync(swap)) writeFileSync(swap, "0");
  writeFileSync(join(folder, "pids.max"), pidsMax(limits));
}

/** Threads count; the network helper and the supervisor have some of their own. */
function pidsMax(limits: CgroupLimits): string {
  return String(limits.processes + 2 * SPARE_THREADS);
}

function removeQuietly(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It was never made, or something runs in it.
  }
}
