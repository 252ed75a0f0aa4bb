import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { Unavailable } from "../../core/errors.ts";
import { isAlive, ownIdentity, signalProcess } from "./process-identity.ts";

const identitySchema = z.object({ pid: z.number().int().positive(), startTime: z.string() });

const databaseUrlsSchema = z.object({
  /** Null where only role URLs were given. */
  adminUrl: z.string().nullable(),
  gatewayUrl: z.string(),
  workerUrl: z.string(),
  authUrl: z.string(),
});
export type DatabaseUrls = z.infer<typeof databaseUrlsSchema>;

/** Who uses the data folder. Holds database passwords: the file is 0600. */
const installationSchema = z.object({
  holder: identitySchema,
  /** Command that holds it: `start`, `verify log`, … */
  command: z.string(),
  since: z.string(),
  /** Address of the page; null: not served (yet). */
  url: z.string().nullable(),
  database: databaseUrlsSchema.nullable(),
  /** What the holder started: ended by the next start should the holder be killed. */
  children: z.array(identitySchema),
});
export type RunningInstallation = z.infer<typeof installationSchema>;

export type InstallationLock = {
  /** Tells what became known since. */
  update(change: Partial<Pick<RunningInstallation, "url" | "database" | "children">>): void;
  release(): void;
};

/**
 * Takes the data folder for this process. Throws Unavailable with who holds it; a lock whose holder is dead is
 * taken over, after what that holder left running was ended.
 */
export function takeLock(dataFolder: string, command: string): InstallationLock {
  const file = lockPath(dataFolder);
  let held: RunningInstallation = {
    holder: ownIdentity(),
    command,
    since: new Date().toISOString(),
    url: null,
    database: null,
    children: [],
  };
  for (let attempt = 0; !writeNew(file, held); attempt++) {
    const other = readFile(file);
    if (other !== null && isAlive(other.holder)) throw new Unavailable(whoRuns(other));
    if (attempt === 20)
      throw new Unavailable(`The lock file ${file} cannot be replaced: remove it and start again.`);
    removeStale(file, other);
  }
  return {
    update: (change) => {
      held = { ...held, ...change };
      const draft = writeDraft(file, held);
      renameSync(draft, file);
    },
    release: () => rmSync(file, { force: true }),
  };
}

/** The installation that runs on this data folder now; null: none. */
export function findRunning(dataFolder: string): RunningInstallation | null {
  const found = readFile(lockPath(dataFolder));
  return found !== null && isAlive(found.holder) ? found : null;
}

/** One sentence about who holds the folder and what to do. */
function whoRuns(other: RunningInstallation): string {
  const where = other.url === null ? "" : ` at ${other.url}`;
  return (
    `Pihordev already runs on this data folder${where} ("${other.command}", pid ${other.holder.pid}, since ${other.since}): ` +
    "use that one, stop it first, or set PIHORDEV_DATA to another folder."
  );
}

/** Moving a file away succeeds for one process only: that one ends what was left and the others try again. */
function removeStale(file: string, stale: RunningInstallation | null): void {
  const aside = `${file}.stale-${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  const moved = readFile(aside);
  if (moved !== null && isAlive(moved.holder)) {
    // Another process had just taken the folder: give it back.
    restore(aside, file);
    return;
  }
  rmSync(aside, { force: true });
  for (const child of stale?.children ?? []) signalProcess(child, "SIGKILL");
}

function restore(aside: string, file: string): void {
  try {
    linkSync(aside, file);
  } finally {
    rmSync(aside, { force: true });
  }
}

function writeNew(file: string, content: RunningInstallation): boolean {
  const draft = writeDraft(file, content);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function writeDraft(file: string, content: RunningInstallation): string {
  const draft = `${file}.${process.pid}-${randomBytes(4).toString("hex")}`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  return draft;
}

function readFile(file: string): RunningInstallation | null {
  try {
    const parsed = installationSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

function lockPath(dataFolder: string): string {
  return join(dataFolder, "running.json");
}
