import { Readable } from "node:stream";
import { RepositoryError } from "../../../core/errors.ts";
import { type GitOptions, runGit } from "../host-git.ts";

export type ImportTarget = {
  /** Bare repository that gets the objects; no ref is written. */
  gitDir: string;
  options: GitOptions;
  onSpawn?: (pid: number) => void;
};

/** `standsAlone`: it needs no commit that is not in it. `length`: bytes before the pack. */
type Header = { heads: Map<string, string>; standsAlone: boolean; length: number };

const MAX_HEADER_BYTES = 64 * 1024;
const PIECE_BYTES = 1024 * 1024;

/**
 * Adds a bundle's objects after git has checked each of them, and answers its heads (ref → commit), each of them
 * whole. `git fetch` from a bundle checks nothing in git before 2.46, so the pack goes to index-pack by itself.
 * Throws RepositoryError.
 */
export async function importBundle(bundle: Uint8Array, target: ImportTarget): Promise<Map<string, string>> {
  const { heads, length } = parseBundleHeader(bundle);
  const { gitDir, options, onSpawn } = target;
  const limit = `--max-input-size=${options.maxBundleBytes}`;
  const { exitCode, stderr } = await runGit(["index-pack", "--stdin", "--fix-thin", "--strict", limit], {
    gitDir,
    options,
    input: Readable.from(pieces(bundle, length)),
    ...(onSpawn ? { onSpawn } : {}),
  });
  if (exitCode !== 0) throw refused(stderr);
  await refuseGaps([...heads.values()], target);
  return heads;
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
async function refuseGaps(commits: readonly string[], { gitDir, options }: ImportTarget): Promise<void> {
  const { exitCode } = await runGit(["rev-list", "--objects", "--stdin", "--not", "--all", "--quiet"], {
    gitDir,
    options,
    input: `${commits.join("\n")}\n`,
  });
  if (exitCode === 0) return;
  throw new RepositoryError("The agent's commits name objects that are not there. Nothing was taken.");
}

function refused(stderr: string): RepositoryError {
  const reason =
    /(?:error in|fsck error in|error:) .*?: (.*)$/im.exec(stderr)?.[1] ?? stderr.trim().split("\n").at(-1);
  return new RepositoryError(
    `The agent's commits fail git's own check (${(reason ?? "").slice(0, 200)}). Nothing was taken.`,
  );
}
