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

type Means = { config: Config; machine: Machine; folder: ServerFolder; uids: Set<number> };

/** All boxes of one server. */
export function makeBoxes(config: Config, machine: Machine, folder: ServerFolder) {
  const entries = new Map<string, Entry>();
  const starting = new Set<Promise<unknown>>();
  const means: Means = { config, machine, folder, uids: new Set() };
  let closed = false;
  const timer = setInterval(() => void removeExpired(), EXPIRY_CHECK_MS);

  /** Waits until nothing of the box is left. False: there is no such box. */
  async function remove(id: string): Promise<boolean> {
    const entry = entries.get(id);
    if (!entry) return false;
    await entry.box.end("The box was deleted.");
    return entries.delete(id);
  }

  async function removeExpired(): Promise<void> {
    const expired = [...entries.values()].filter(
      ({ expiresAt }) => expiresAt && expiresAt.getTime() <= Date.now(),
    );
    for (const { id } of expired) await remove(id).catch(() => undefined);
  }

  return {
    async create(request: NewBox): Promise<Entry> {
      if (closed) throw new Error("This server is being stopped: start a box on another one.");
      if (entries.size + starting.size >= config.maxBoxes) {
        throw new BoxesFull(`This server holds at most ${config.maxBoxes} boxes: delete one first.`);
      }
      const making = startEntry(means, request);
      starting.add(making);
      try {
        const entry = await making;
        entries.set(entry.id, entry);
        return entry;
      } finally {
        starting.delete(making);
      }
    },
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

async function startEntry(means: Means, request: NewBox): Promise<Entry> {
  const { config, machine, uids } = means;
  const id = randomUUID();
  const memoryBytes = Math.min(config.memoryBytes, request.memoryBytes ?? config.memoryBytes);
  const limits = { ...config, memoryBytes };
  const plan = preparePlan(means, { id, env: request.env, limits });
  const starting = startBox(plan, boxCommandLine(plan, machine, config), config.readyTimeoutMs);
  const box = await starting.catch((thrown: unknown) => {
    if (plan.uid !== null) uids.delete(plan.uid);
    throw thrown;
  });
  const { timeoutSeconds } = request;
  const entry: Entry = {
    id,
    box,
    metadata: { ...request.metadata, network: machine.network },
    image: request.image,
    entrypoint: request.entrypoint,
    createdAt: new Date(),
    expiresAt: timeoutSeconds === null ? null : new Date(Date.now() + timeoutSeconds * 1_000),
    state: "Running",
    reason: "",
  };
  lookAfter(means, entry, limits);
  return entry;
}

function preparePlan(
  { machine, folder, uids }: Means,
  asked: { id: string; env: Readonly<Record<string, string>>; limits: Config },
): BoxPlan {
  const uid = machine.isRoot ? freeUid(uids) : null;
  const boxFolder = join(folder.boxes, asked.id);
  makeBoxFolder(boxFolder, { uid, network: machine.network });
  const cgroupFolders = machine.cgroups ? makeBoxCgroups(machine.cgroups, asked.id, asked.limits) : [];
  const { env } = asked;
  return { folder: boxFolder, inBoxFolder: folder.inBox, bun: process.execPath, uid, cgroupFolders, env };
}

function lookAfter({ machine, uids }: Means, entry: Entry, limits: Config): void {
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

function freeUid(taken: Set<number>): number {
  for (;;) {
    const uid = FIRST_UID + randomInt(UIDS);
    if (taken.has(uid)) continue;
    taken.add(uid);
    return uid;
  }
}
