import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { GitOptions, RemoteRepository } from "../../../../worker/git/repository.ts";

/** git as a person would use it on their own machine: for setting up and for looking at results. */
export function gitIn(folder: string, ...args: string[]): string {
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: "/nonexistent",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.com",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.com",
    GIT_ALLOW_PROTOCOL: "file",
  };
  return execFileSync("git", ["-C", folder, "-c", "safe.directory=*", ...args], { env, stdio: "pipe" })
    .toString()
    .trim();
}

export type Files = Readonly<Record<string, string>>;

export function writeFiles(folder: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A repository with a work tree, on `main`, with one commit. */
export function makeRepository(folder: string, files: Files = { "README.md": "# Parcel\n" }): string {
  mkdirSync(folder, { recursive: true });
  gitIn(folder, "init", "-q", "-b", "main");
  writeFiles(folder, files);
  gitIn(folder, "add", "-A");
  gitIn(folder, "commit", "-q", "-m", "Start");
  return folder;
}

/** A bare repository that servers serve. */
export function makeBare(folder: string, files?: Files): string {
  const work = makeRepository(`${folder}.work`, files);
  gitIn(work, "clone", "-q", "--bare", ".", folder);
  rmSync(work, { recursive: true });
  return folder;
}

export type GitPlace = {
  folder: string;
  orgId: string;
  options: GitOptions;
  remove(): void;
};

/** A temporary folder with a data folder in it, and options for host git as on a laptop. */
export function makePlace(given: Partial<GitOptions> = {}): GitPlace {
  const folder = mkdtempSync(join(tmpdir(), "pihordev-git-"));
  const options: GitOptions = {
    dataFolder: join(folder, "data"),
    timeoutMs: 60_000,
    maxBundleBytes: 64 * 1024 * 1024,
    allowPaths: true,
    allowedPrivateHosts: "",
    ...given,
  };
  return {
    folder,
    orgId: randomUUID(),
    options,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

export function pathRemote(url: string): RemoteRepository {
  return { url, kind: "path", credentials: null };
}

/** Files under a folder that contain one of the texts, or have it in their name. */
export function filesWith(folder: string, texts: readonly string[]): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const found = entries.filter((entry) => {
    if (texts.some((text) => entry.name.includes(text))) return true;
    if (!entry.isFile()) return false;
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    return texts.some((text) => bytes.includes(text));
  });
  return found.map((entry) => join(entry.parentPath, entry.name));
}

/** What is left of work that has ended: temporary files, locks, half-made repositories. */
export function leftovers(options: GitOptions): string[] {
  const root = join(options.dataFolder, "git");
  const names = readdirSync(root, { recursive: true }).map(String);
  return names.filter((name) => /^tmp\/.|\.lock(?:\.|$)|tmp_(?:pack|obj|idx)/.test(name));
}
