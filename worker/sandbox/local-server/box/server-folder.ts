import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { removeFolder } from "./box-folder.ts";
import { foldersIn, killCgroups, removeCgroups, sweepCgroups } from "./limits/cgroups.ts";
import { hasEnded, readProcess } from "./processes.ts";

/** A server's own folder below the data folder: its boxes and a copy of what runs inside them. */
export type ServerFolder = { root: string; boxes: string; inBox: string };

const ownerSchema = z.object({ pid: z.number().int(), startedAt: z.string(), cgroups: z.array(z.string()) });
const YOUNG_MS = 60_000;
const IN_BOX_SOURCE = fileURLToPath(new URL("../in-box", import.meta.url));

/** Removes what servers left that were killed: their boxes died with them, folders and cgroups did not. */
export async function sweepLeftovers(dataFolder: string): Promise<number> {
  const parent = join(dataFolder, "sandbox");
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  let swept = 0;
  for (const name of readdirSync(parent)) {
    const owner = readOwner(join(parent, name));
    if (owner ? !hasEnded(owner) : isYoung(join(parent, name))) continue;
    for (const folder of owner?.cgroups ?? []) await removeCgroupTree(folder);
    await removeFolder(join(parent, name));
    swept += 1;
  }
  sweepCgroups();
  return swept;
}

/** `cgroups`: folders that the next server removes when this one is killed. */
export function makeServerFolder(
  dataFolder: string,
  serverId: string,
  cgroups: readonly string[],
): ServerFolder {
  const root = join(dataFolder, "sandbox", serverId);
  const folder = { root, boxes: join(root, "boxes"), inBox: join(root, "in-box") };
  mkdirSync(root, { recursive: true, mode: 0o755 });
  const owner = { pid: process.pid, startedAt: readProcess(process.pid)?.startedAt ?? "", cgroups };
  writeFileSync(join(root, "owner.json"), JSON.stringify(owner));
  mkdirSync(folder.boxes, { mode: 0o755 });
  cpSync(IN_BOX_SOURCE, folder.inBox, { recursive: true });
  return folder;
}

/** Another server may be making it now. */
function isYoung(folder: string): boolean {
  return Date.now() - statSync(folder).mtimeMs < YOUNG_MS;
}

function readOwner(folder: string): z.infer<typeof ownerSchema> | null {
  try {
    return ownerSchema.parse(JSON.parse(readFileSync(join(folder, "owner.json"), "utf8")));
  } catch {
    return null;
  }
}

async function removeCgroupTree(folder: string): Promise<void> {
  // Only what one of our servers made: the name says so.
  if (!/^\/sys\/fs\/cgroup\/((memory|pids)\/)?pihordev-[\w-]+$/.test(folder)) return;
  const boxes = foldersIn(folder).map((name) => join(folder, name));
  killCgroups(boxes);
  await removeCgroups([...boxes, folder]);
}
