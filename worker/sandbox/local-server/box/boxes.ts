import { randomInt, randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Config } from "../config.ts";
import { type Box, startBox } from "./box.ts";
import { makeBoxFolder, removeFolder } from "./box-folder.ts";
import { makeBoxCgroups, removeCgroups } from "./limits/cgroups.ts";
import { watchLimits } from "./limits/watch-limits.ts";
import type { Machine } from "./machine.ts";
import { type BoxPlan, boxCommandLine } from "./recipe.ts";
import type { ServerFolder } from "./server-folder.ts";

/** A box as the API shows it. Failed: it ended by itself and its files are gone; the entry stays until deleted. */
export type Entry = {
  readonly id: string;
  readonly box: Box;
  readonly metadata: Readonly<Record<string, string>>;
  readonly image: string;
  readonly entrypoint: readonly string[];
  readonly createdAt: Date;
  expiresAt: Date | null;
  state: "Running" | "Failed";
  reason: string;
};
export type NewBox = {
  image: string;
  entrypoint: readonly string[];
  metadata: Readonly<Record<string, string>>;
  env: Readonly<Record<string, string>>;
  memoryBytes: number | null;
  /** Null: until it is deleted. */
  timeoutSeconds: number | null;
};

/** Boxes' users on a root server: far from every range that accounts and containers use. */
const FIRST_UID = 2_000_000_000;
const UIDS = 100_000_000;
const EXPIRY_CHECK_MS = 250;

export class BoxesFull extends Error {}

/** All boxes of one server. */
export function makeBoxes(config: Config, machine: Machine, folder: ServerFolder) {
  const entries = new Map<string, Entry>();
  const uids = new Set<number>();
  const starting = new Set<Promise<unknown>>();
  let closed = false;
  const timer = setInterval(() => void removeExpired(), EXPIRY_CHECK_MS);

  async function create(request: NewBox): Promise<Entry> {
    if (closed) throw new Error("This server is being stopped: start a box on another one.");
    if (entries.size + starting.size >= config.maxBoxes) {
      throw new BoxesFull(`This server holds at most ${config.maxBoxes} boxes: delete one first.`);
    }
    const making = start(request);
    starting.add(making);
    try {
      const entry = await making;
      entries.set(entry.id, entry);
      return entry;
    } finally {
      starting.delete(making);
    }
  }

  async function start(request: NewBox): Promise<Entry> {
    const id = randomUUID();
    const limits = {
      ...config,
      memoryBytes: Math.min(config.memoryBytes, request.memoryBytes ?? config.memoryBytes),
    };
    const plan = preparePlan(id, request.env, limits);
    const box = await startBox(plan, boxCommandLine(plan, machine, config), config.readyTimeoutMs).catch(
      async (thrown: unknown) => {
        if (plan.uid !== null) uids.delete(plan.uid);
        throw thrown;
      },
    );
    const entry: Entry = {
      id,
      box,
      metadata: { ...request.metadata, network: machine.network },
      image: request.image,
      entrypoint: request.entrypoint,
      createdAt: new Date(),
      expiresAt:
        request.timeoutSeconds === null ? null : new Date(Date.now() + request.timeoutSeconds * 1_000),
      state: "Running",
      reason: "",
    };
    lookAfter(entry, limits);
    return entry;
  }

  function preparePlan(id: string, env: Readonly<Record<string, string>>, limits: Config): BoxPlan {
    const uid = machine.isRoot ? freeUid(uids) : null;
    const boxFolder = join(folder.boxes, id);
    makeBoxFolder(boxFolder, { uid, network: machine.network });
    const cgroupFolders = machine.cgroups ? makeBoxCgroups(machine.cgroups, id, limits) : [];
    return { folder: boxFolder, inBoxFolder: folder.inBox, bun: process.execPath, uid, cgroupFolders, env };
  }

  function lookAfter(entry: Entry, limits: Config): void {
    const { frame, plan } = entry.box;
    const watch = watchLimits({
      frame: frame(),
      folder: plan.folder,
      memoryBytes: machine.cgroups ? null : limits.memoryBytes,
      workspaceBytes: limits.workspaceBytes,
      exceeded: (reason) => void entry.box.end(reason).catch(() => undefined),
    });
    void entry.box.ended.then((reason) => {
      watch.stop();
      if (plan.uid !== null) uids.delete(plan.uid);
      entry.state = "Failed";
      entry.reason = reason;
    });
  }

  /** Waits until nothing of the box is left. */
  async function remove(id: string): Promise<boolean> {
    const entry = entries.get(id);
    if (!entry) return false;
    await entry.box.end("The box was deleted.");
    return entries.delete(id);
  }

  async function removeExpired(): Promise<void> {
    const now = Date.now();
    for (const entry of [...entries.values()]) {
      if (entry.expiresAt !== null && entry.expiresAt.getTime() <= now)
        await remove(entry.id).catch(() => undefined);
    }
  }

  return {
    create,
    remove,
    get: (id: string): Entry | null => entries.get(id) ?? null,
    list: (): Entry[] => [...entries.values()],
    /** Ends everything: for the end of the server. */
    async close(): Promise<void> {
      closed = true;
      clearInterval(timer);
      await Promise.allSettled([...starting]);
      await Promise.allSettled([...entries.keys()].map(remove));
      await removeCgroups(machine.cgroups?.folders ?? []);
      await removeFolder(folder.root);
    },
  };
}
export type Boxes = ReturnType<typeof makeBoxes>;

function freeUid(taken: Set<number>): number {
  for (;;) {
    const uid = FIRST_UID + randomInt(UIDS);
    if (taken.has(uid)) continue;
    taken.add(uid);
    return uid;
  }
}
