import { spawn } from "node:child_process";
import { statfsSync } from "node:fs";
import { join } from "node:path";
import { PROGRAM_PATH } from "../machine.ts";
import { hasEnded, type ProcessRow, processTree, residentBytes } from "../processes.ts";

/** What a watched box may use. `memoryBytes` null: the kernel bounds it. */
export type Watched = {
  /** The box's own processes: pasta, bwrap, its init, the supervisor, the outer one first. They are never chosen. */
  frame: readonly ProcessRow[];
  folder: string;
  memoryBytes: number | null;
  workspaceBytes: number;
  /** Called once, with one sentence. */
  exceeded(reason: string): void;
};

/** Files and folders a workspace may hold. */
const MAX_ENTRIES = 2_000_000;
const TICK_MS = 200;
const DISK_CHECK_MS = 2_000;
/** A long count is made less often: at most about a tenth of the time is spent on it. */
const DISK_PAUSE_FACTOR = 10;
const COUNT_TIMEOUT_MS = 60_000;
/** Free space of the disk below which the fullest box must go. */
const RESERVE_BYTES = 256 * 1024 * 1024;
const BLOCK_BYTES = 512;

/** Looks after one box's memory and disk until `stop`. */
export function watchLimits(watched: Watched): { stop(): void } {
  let stopped = false;
  let counting = false;
  let nextCountAt = Date.now() + DISK_CHECK_MS;
  let used = 0;
  let freeAtCount = freeBytes(watched.folder);

  const countDisk = async (): Promise<void> => {
    counting = true;
    const startedAt = Date.now();
    freeAtCount = freeBytes(watched.folder);
    const result = await countWorkspace(join(watched.folder, "workspace"), watched.workspaceBytes);
    counting = false;
    if (stopped) return;
    used = result.bytes;
    nextCountAt = Date.now() + Math.max(DISK_CHECK_MS, (Date.now() - startedAt) * DISK_PAUSE_FACTOR);
    if (result.over) tell(overDisk(watched, result.over));
  };
  const tell = (reason: string): void => {
    if (stopped) return;
    stopped = true;
    clearInterval(timer);
    watched.exceeded(reason);
  };
  const tick = (): void => {
    if (watched.memoryBytes !== null) boundMemory(watched.frame, watched.memoryBytes);
    if (counting) return;
    const free = freeBytes(watched.folder);
    const grown = freeAtCount - free;
    // Something writes fast, perhaps this box: look now, not in two seconds.
    const urgent = grown > Math.max((watched.workspaceBytes - used) / 2, 1024 * 1024);
    if (free < RESERVE_BYTES && used > RESERVE_BYTES) {
      tell("The disk of this machine is full: the box that filled it was ended.");
      return;
    }
    if (urgent || Date.now() >= nextCountAt) void countDisk();
  };
  const timer = setInterval(tick, TICK_MS);
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}

/** As the kernel does: the largest process goes. */
function boundMemory(frame: readonly ProcessRow[], limit: number): void {
  const outer = frame[0];
  if (!outer || hasEnded(outer)) return;
  const tree = processTree(outer.pid).map((row) => ({ row, bytes: residentBytes(row.pid) }));
  const sum = tree.reduce((total, one) => total + one.bytes, 0);
  if (sum <= limit) return;
  const workers = tree.filter(({ row }) => !frame.some((one) => one.pid === row.pid));
  const largest = workers.sort((a, b) => b.bytes - a.bytes)[0];
  if (largest && !hasEnded(largest.row)) process.kill(largest.row.pid, "SIGKILL");
}

type Count = { bytes: number; over: "bytes" | "entries" | "time" | null };

/**
 * Disk that a tree takes, counted by `find`, which never follows a link that is swapped in under it. As an ordinary
 * user in a user namespace, so that folders closed with chmod 000 are counted too. Stops at the limit.
 */
function countWorkspace(path: string, limit: number): Promise<Count> {
  const asRoot = process.getuid?.() === 0 ? [] : ["unshare", "--user", "--map-root-user", "--"];
  const [program = "", ...rest] = [...asRoot, "find", path, "-xdev", "-printf", "%b %n\\n"];
  const child = spawn(program, rest, {
    cwd: "/",
    env: { PATH: PROGRAM_PATH },
    stdio: ["ignore", "pipe", "ignore"],
  });
  const count: Count = { bytes: 0, over: null };
  let entries = 0;
  let unfinished = "";
  const stop = (over: Count["over"]): void => {
    count.over ??= over;
    child.kill("SIGKILL");
  };
  const timer = setTimeout(() => stop("time"), COUNT_TIMEOUT_MS);
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = `${unfinished}${chunk}`.split("\n");
    unfinished = lines.pop() ?? "";
    for (const line of lines) {
      const [blocks = 0, links = 1] = line.split(" ").map(Number);
      count.bytes += (blocks * BLOCK_BYTES) / Math.max(1, links);
    }
    entries += lines.length;
    if (count.bytes > limit) stop("bytes");
    if (entries > MAX_ENTRIES) stop("entries");
  });
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      resolve(count);
    };
    child.on("error", done);
    child.on("close", done);
  });
}

function overDisk(watched: Watched, over: "bytes" | "entries" | "time"): string {
  if (over === "bytes") {
    const limit = Math.round(watched.workspaceBytes / 1024 ** 2);
    return `The box was ended: its workspace holds more than ${limit} MiB (SANDBOX_WORKSPACE_BYTES).`;
  }
  return `The box was ended: its workspace holds more than ${MAX_ENTRIES} files, or so many that they cannot be counted.`;
}

function freeBytes(path: string): number {
  try {
    const disk = statfsSync(path);
    return disk.bavail * disk.bsize;
  } catch {
    return Number.MAX_SAFE_INTEGER;
  }
}
