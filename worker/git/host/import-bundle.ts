import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { RepositoryError } from "../../../core/errors.ts";
import { runGit } from "../host-git.ts";
import type { GitOptions } from "../repository.ts";
import { withTempFolder } from "./temp-folder.ts";

export type ImportTarget = {
  /** Bare repository that gets the objects; no ref is written. */
  gitDir: string;
  options: GitOptions;
  /** Asked while the objects are still aside: a throw keeps them out. */
  check?: (heads: Heads, variables: Quarantine) => Promise<void>;
};

/** Ref → commit. */
export type Heads = ReadonlyMap<string, string>;

/** For runGit: the repository together with objects that it does not have yet. */
export type Quarantine = { GIT_OBJECT_DIRECTORY: string; GIT_ALTERNATE_OBJECT_DIRECTORIES: string };

/** `standsAlone`: it needs no commit that is not in it. `length`: bytes before the pack. */
type Header = { heads: Heads; standsAlone: boolean; length: number };

const MAX_HEADER_BYTES = 64 * 1024;
const PIECE_BYTES = 1024 * 1024;

/**
 * Adds a bundle's objects and answers its heads. They lie aside until git has checked each object, nothing is
 * missing and `check` agrees: what is refused never enters the repository. `git fetch` from a bundle checks nothing in
 * git before 2.46, so the pack goes to index-pack by itself. Throws RepositoryError.
 */
export async function importBundle(bundle: Uint8Array, target: ImportTarget): Promise<Heads> {
  const { heads, length } = parseBundleHeader(bundle);
  const { gitDir, options } = target;
  return withTempFolder(options.dataFolder, async (folder) => {
    const variables: Quarantine = {
      GIT_OBJECT_DIRECTORY: join(folder, "objects"),
      GIT_ALTERNATE_OBJECT_DIRECTORIES: quoted(join(gitDir, "objects")),
    };
    await mkdir(join(folder, "objects", "pack"), { recursive: true });
    const { exitCode, stderr } = await runGit(
      ["index-pack", "--stdin", "--fix-thin", "--strict", `--max-input-size=${options.maxBundleBytes}`],
      { gitDir, options, variables, input: Readable.from(pieces(bundle, length)) },
    );
    if (exitCode !== 0) throw refused(stderr);
    await refuseGaps([...heads.values()], target, variables);
    await target.check?.(heads, variables);
    await moveIn(join(folder, "objects", "pack"), join(gitDir, "objects", "pack"));
    return heads;
  });
}

/** Throws RepositoryError when it is no bundle. */
export function parseBundleHeader(bundle: Uint8Array): Header {
  const start = Buffer.from(bundle.buffer, bundle.byteOffset, Math.min(bundle.byteLength, MAX_HEADER_BYTES));
  const end = start.indexOf("\n\n");
  const [signature, ...lines] = start.subarray(0, Math.max(end, 0)).toString("utf8").split("\n");
  if (end < 0 || !/^# v[23] git bundle$/.test(signature ?? "")) {
    throw new RepositoryError("What came out of the sandbox is no git bundle. Run the task again.");
  }
  const heads = new Map<string, string>();
  for (const line of lines) {
    const [, commit, ref] = /^([0-9a-f]{40}(?:[0-9a-f]{24})?) (refs\/\S+)$/.exec(line) ?? [];
    if (commit && ref) heads.set(ref, commit);
  }
  return { heads, standsAlone: !lines.some((line) => line.startsWith("-")), length: end + 2 };
}

function* pieces(bundle: Uint8Array, from: number): Generator<Buffer> {
  for (let at = from; at < bundle.byteLength; at += PIECE_BYTES) {
    yield Buffer.from(bundle.buffer, bundle.byteOffset + at, Math.min(PIECE_BYTES, bundle.byteLength - at));
  }
}

/** Everything that a head names must be there: index-pack looks only at the objects of its own pack. */
async function refuseGaps(
  commits: readonly string[],
  { gitDir, options }: ImportTarget,
  variables: Quarantine,
): Promise<void> {
  const { exitCode } = await runGit(["rev-list", "--objects", "--stdin", "--not", "--all", "--quiet"], {
    gitDir,
    options,
    variables,
    input: `${commits.join("\n")}\n`,
  });
  if (exitCode === 0) return;
  throw new RepositoryError("The agent's commits name objects that are not there. Nothing was taken.");
}

/** The index last: git looks for packs by it. */
async function moveIn(from: string, to: string): Promise<void> {
  const names = await readdir(from);
  const rank = (name: string) => (name.endsWith(".idx") ? 1 : 0);
  await mkdir(to, { recursive: true });
  for (const name of names.sort((one, other) => rank(one) - rank(other)))
    await rename(join(from, name), join(to, name));
}

/** git splits the list at colons, and takes a text in quotes whole. */
function quoted(path: string): string {
  return `"${path.replace(/["\\]/g, "\\$&")}"`;
}

function refused(stderr: string): RepositoryError {
  const reason =
    /(?:error in|fsck error in|error:) .*?: (.*)$/im.exec(stderr)?.[1] ?? stderr.trim().split("\n").at(-1);
  return new RepositoryError(
    `The agent's commits fail git's own check (${(reason ?? "").slice(0, 200)}). Nothing was taken.`,
  );
}
