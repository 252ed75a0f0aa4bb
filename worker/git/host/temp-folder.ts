import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { processStamp } from "./process-stamp.ts";

const swept = new Set<string>();

/** A new folder that only this user can read, under the data folder. What dead processes left there is removed first. */
export async function makeTempFolder(dataFolder: string): Promise<string> {
  const parent = join(dataFolder, "git", "tmp");
  await mkdir(parent, { recursive: true, mode: 0o700 });
  if (!swept.has(parent)) {
    swept.add(parent);
    await sweepTempFolders(parent);
  }
  const folder = join(parent, `${process.pid}-${randomBytes(6).toString("hex")}`);
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

/** Runs `use` with a folder that is gone afterwards, whatever happened. */
export async function withTempFolder<Result>(
  dataFolder: string,
  use: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await makeTempFolder(dataFolder);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sweepTempFolders(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1] ?? 0);
    if (pid === 0 || processStamp(pid) !== null) continue;
    await rm(join(parent, name), { recursive: true, force: true });
  }
}
