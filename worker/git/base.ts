import { rm, stat } from "node:fs/promises";
import { RepositoryError } from "../../core/errors.ts";
import { makeTempFolder } from "./host/temp-folder.ts";
import { type GitCall, git, runGit } from "./host-git.ts";
import { missingBranch } from "./probe.ts";
import type { BareCache, Base, GitOptions } from "./repository.ts";

export type BaseRequest = {
  /** Null: the repository's default branch. */
  branch: string | null;
  options: GitOptions;
};

const MAX_NAMED_SUBMODULES = 5;

/**
 * The branch a run starts from, as a bundle of its whole history.
 * Throws RepositoryError: with reason `base_branch` when the branch is not there.
 */
export async function makeBase(cache: BareCache, { branch, options }: BaseRequest): Promise<Base> {
  const branches = await branchesOf(cache, options);
  if (branches.size === 0) {
    const notes = ["The repository is empty: the agent's branch will be the first one in it."];
    return { branch: branch ?? "main", commit: null, bundlePath: null, notes };
  }
  const name = branch ?? cache.defaultBranch;
  if (name === null) throw missingBranch("HEAD", branches.keys());
  const commit = branches.get(name);
  if (commit === undefined) throw missingBranch(name, branches.keys());
  const notes = await notesOf(cache, commit, options);
  return { branch: name, commit, bundlePath: await makeBundle(cache, commit, options), notes };
}

async function branchesOf(cache: BareCache, options: GitOptions): Promise<Map<string, string>> {
  const format = "--format=%(objectname) %(refname:lstrip=2)";
  const text = await git(["for-each-ref", format, "refs/heads/"], { options, gitDir: cache.folder });
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(
    lines.map((line) => [line.slice(line.indexOf(" ") + 1), line.slice(0, line.indexOf(" "))] as const),
  );
}

/** The name a base has in the cache and in its bundle: it keeps the commit when the branch moves on. */
export function baseRef(commit: string): string {
  return `refs/pihordev/base/${commit}`;
}

async function makeBundle(cache: BareCache, commit: string, options: GitOptions): Promise<string> {
  await git(["update-ref", baseRef(commit), commit], { options, gitDir: cache.folder });
  const folder = await makeTempFolder(options.dataFolder);
  const path = `${folder}.bundle`;
  try {
    const call = { options, gitDir: cache.folder, watch: () => watchBundle(`${path}.lock`, options) };
    await git(["bundle", "create", "--quiet", path, baseRef(commit)], call);
    const problem = await watchBundle(path, options);
    if (problem !== null) throw new RepositoryError(problem);
    return path;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await rm(`${path}.lock`, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

async function watchBundle(path: string, options: GitOptions): Promise<string | null> {
  const size = (await stat(path).catch(() => null))?.size ?? 0;
  if (size <= options.maxBundleBytes) return null;
  return `The branch with its history is larger than ${options.maxBundleBytes} bytes and was not handed out. Raise GIT_MAX_BUNDLE_BYTES to allow it.`;
}

async function notesOf(cache: BareCache, commit: string, options: GitOptions): Promise<string[]> {
  const call = { options, gitDir: cache.folder };
  const submodules = await submodulesOf(commit, call);
  const notes = submodules.length > 0 ? [submoduleNote(submodules)] : [];
  return (await usesLfs(cache, commit, options))
    ? [...notes, "Files kept by Git LFS are left as pointers: their contents are not fetched."]
    : notes;
}

async function submodulesOf(commit: string, call: GitCall): Promise<string[]> {
  const { exitCode } = await runGit(["cat-file", "-e", `${commit}:.gitmodules`], call);
  if (exitCode !== 0) return [];
  const listing = { ...call, maxOutputBytes: 256 * 1024 * 1024 };
  const { stdout } = await runGit(["ls-tree", "-r", "-z", "--full-tree", commit], listing);
  const entries = stdout.toString("utf8").split("\0");
  return entries.filter((entry) => entry.startsWith("160000 ")).map((entry) => entry.split("\t")[1] ?? "");
}

function submoduleNote(paths: readonly string[]): string {
  const named = paths
    .slice(0, MAX_NAMED_SUBMODULES)
    .map((path) => `\`${path.slice(0, 60)}\``)
    .join(", ");
  const more = paths.length > MAX_NAMED_SUBMODULES ? ` and ${paths.length - MAX_NAMED_SUBMODULES} more` : "";
  return `Submodules are left alone, their folders are empty: ${named}${more}.`;
}

async function usesLfs(cache: BareCache, commit: string, options: GitOptions): Promise<boolean> {
  const call = { options, gitDir: cache.folder };
  const { exitCode, stdout } = await runGit(["cat-file", "blob", `${commit}:.gitattributes`], call);
  return exitCode === 0 && /\bfilter=lfs\b/.test(stdout.toString("utf8"));
}
