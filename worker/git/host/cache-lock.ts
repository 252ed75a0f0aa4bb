import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { RepositoryError } from "../../../core/errors.ts";
import type { GitOptions } from "../repository.ts";
import { processStamp } from "./process-stamp.ts";

/**
 * One user of a cache at a time, over all processes of this machine. The lock is a file with the `pid start-time`
 * of its holder and of the git processes it started: it is free again when all of them are dead, so a kill -9
 * leaves no lock behind and no two git processes write at once.
 */
export type CacheLock = {
  /** To be called with the pid of each git process that writes. */
  onSpawn(pid: number): void;
};

const POLL_MS = 40;

/** Waits at most `options.timeoutMs`. `use` may assume that nobody else writes to the cache. */
export async function withCacheLock<Result>(
  folder: string,
  options: GitOptions,
  use: (lock: CacheLock) => Promise<Result>,
): Promise<Result> {
  const path = `${folder}.lock`;
  await acquire(path, options);
  try {
    return await use({ onSpawn: (pid) => appendFileSync(path, `${processStamp(pid)}\n`) });
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, options: GitOptions): Promise<void> {
  const until = Date.now() + options.timeoutMs;
  while (!(await tryAcquire(path))) {
    options.signal?.throwIfAborted();
    if (Date.now() > until) {
      throw new RepositoryError(
        "Another run is still fetching this repository. This one was not started. Try again in a while.",
      );
    }
    await sleep(POLL_MS);
  }
}

/** A link appears with its content or not at all: nobody ever reads a lock without a holder. */
async function tryAcquire(path: string): Promise<boolean> {
  const own = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`;
  await writeFile(own, `${processStamp(process.pid)}\n`, { mode: 0o600 });
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    await rm(own, { force: true });
  }
  if (await isDead(path)) await breakLock(path);
  return false;
}

async function isDead(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return false;
  const stamps = text.split("\n").filter((line) => line !== "");
  return stamps.every((stamp) => processStamp(Number(stamp.split(" ")[0])) !== stamp);
}

/** Moved aside and looked at again: a living holder may have made a new lock since the first look. */
async function breakLock(path: string): Promise<void> {
  const aside = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if (!(await isDead(aside))) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
