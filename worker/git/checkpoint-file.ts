import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { BadInput, NotFound } from "../../core/errors.ts";
import { importBundle, parseBundleHeader } from "./host/import-bundle.ts";
import { withTempFolder } from "./host/temp-folder.ts";
import { git, runGit } from "./host-git.ts";
import type { GitOptions } from "./repository.ts";

export type CheckpointFileRequest = {
  /** Bundles of the run's checkpoints, oldest first: bytes or paths. The first stands alone. */
  bundles: readonly (Uint8Array | string)[];
  commit: string;
  /** Relative to the workspace, `/` between its parts. */
  path: string;
  options: GitOptions;
};

/** `text` null: binary, or over 1 MiB. Of a symbolic link it is where the link points. */
export type CheckpointFile = { size: number; text: string | null };

const MAX_TEXT_BYTES = 1024 * 1024;

/** Throws NotFound, BadInput for a path that leaves the workspace, RepositoryError for a damaged bundle. */
export async function readFileAtCheckpoint(request: CheckpointFileRequest): Promise<CheckpointFile> {
  const { commit, options } = request;
  const path = workspacePath(request.path);
  if (!/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(commit))
    throw new BadInput("The checkpoint's commit is no object id.");
  return withTempFolder(options.dataFolder, async (folder) => {
    const gitDir = join(folder, "checkpoint.git");
    const format = commit.length === 64 ? "sha256" : "sha1";
    await git(["init", "--quiet", "--bare", "--template=", `--object-format=${format}`, "--", gitDir], {
      options,
    });
    for (const bundle of await chainOf(request)) {
      const heads = await importBundle(bundle, { gitDir, options });
      for (const head of heads.values())
        await git(["update-ref", `refs/checkpoints/${head}`, head], { gitDir, options });
    }
    return readBlob({ gitDir, options, object: `${commit}:${path}` });
  });
}

/** The last bundle that stands alone, and those after it up to the commit that is asked for. */
async function chainOf({ bundles, commit }: CheckpointFileRequest): Promise<Uint8Array[]> {
  const chain: Uint8Array[] = [];
  for (const bundle of bundles) {
    const bytes = typeof bundle === "string" ? await readFile(bundle) : bundle;
    const { heads, standsAlone } = parseBundleHeader(bytes);
    if (standsAlone) chain.length = 0;
    chain.push(bytes);
    if ([...heads.values()].includes(commit)) return chain;
  }
  throw new NotFound("The checkpoint is not in the bundles that were kept for this run.");
}

type Blob = { gitDir: string; options: GitOptions; object: string };

async function readBlob({ gitDir, options, object }: Blob): Promise<CheckpointFile> {
  const call = { gitDir, options };
  const kind = await runGit(["cat-file", "-t", object], call);
  if (kind.exitCode !== 0) throw new NotFound("There was no such file in the workspace at that moment.");
  if (kind.stdout.toString().trim() !== "blob") throw new NotFound("That is a folder, not a file.");
  const size = Number(await git(["cat-file", "-s", object], call));
  if (size > MAX_TEXT_BYTES) return { size, text: null };
  const { stdout } = await runGit(["cat-file", "blob", object], call);
  return { size, text: textOf(stdout) };
}

function textOf(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function workspacePath(path: string): string {
  const parts = path.split("/");
  if (path === "" || path.includes("\0") || parts.some((part) => ["", ".", ".."].includes(part))) {
    throw new BadInput("The path must be relative to the workspace, without . and .. in it.");
  }
  return path;
}
