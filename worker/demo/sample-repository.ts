import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { RepositoryError } from "../../core/errors.ts";

export const SAMPLE_NAME = "parcel-tracker";
export const SAMPLE_TASK =
  "Delivery dates are a day late for parcels sent from Auckland. Find out why and fix it, with a test.";

const FILES = join(import.meta.dirname, "sample", SAMPLE_NAME);
const GIT_TIMEOUT_MS = 30_000;
const runFile = promisify(execFile);

/** Path of the bundled sample as a git repository under the data folder; made on the first call. Throws RepositoryError. */
export async function samplePath(dataFolder: string): Promise<string> {
  const path = join(dataFolder, "sample", SAMPLE_NAME);
  if (!existsSync(join(path, ".git"))) await prepareSample(dataFolder);
  return path;
}

/**
 * Makes the repository in a folder beside its place and moves it there, so that it is whole or not there, also when
 * several processes do it at once. Author and date are fixed: its commit is the same everywhere.
 */
export async function prepareSample(dataFolder: string): Promise<string> {
  const parent = join(dataFolder, "sample");
  const path = join(parent, SAMPLE_NAME);
  let draft: string | null = null;
  try {
    await mkdir(parent, { recursive: true });
    draft = await mkdtemp(join(parent, "draft-"));
    await cp(FILES, draft, { recursive: true });
    await git(draft, ["init", "--quiet", "--initial-branch=main", "--template="]);
    await git(draft, ["add", "--all"]);
    await git(draft, ["commit", "--quiet", "--no-verify", "-m", "Parcel tracker 1.4.0"]);
    await rename(draft, path).catch((thrown) => {
      if (!existsSync(join(path, ".git"))) throw thrown;
    });
    return path;
  } catch (cause) {
    throw new RepositoryError(
      `The sample repository could not be made in ${parent}. Check that git is installed and the folder can be written.`,
      { cause },
    );
  } finally {
    if (draft) await rm(draft, { recursive: true, force: true });
  }
}

/** No configuration of the machine has a say: only what is given here. */
async function git(folder: string, args: readonly string[]): Promise<void> {
  const person = {
    NAME: "Parcel Tracker",
    EMAIL: "parcel-tracker@example.com",
    DATE: "2026-03-01T09:00:00Z",
  };
  const env = {
    PATH: process.env.PATH ?? "/usr/bin:/bin",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    ...Object.fromEntries(
      Object.entries(person).flatMap(([key, value]) => [
        [`GIT_AUTHOR_${key}`, value],
        [`GIT_COMMITTER_${key}`, value],
      ]),
    ),
  };
  await runFile(
    "git",
    ["-c", "core.autocrlf=false", "-c", "core.hooksPath=/dev/null", "-c", "commit.gpgsign=false", ...args],
    {
      cwd: folder,
      env,
      timeout: GIT_TIMEOUT_MS,
    },
  );
}
