import { RepositoryError, TooLarge } from "../../core/errors.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { BUNDLE, FINISH } from "./box/finish-script.ts";
import { openOut, scriptVariables } from "./box/results.ts";
import { runInBox } from "./box/script.ts";
import { REPAIR, SNAPSHOT } from "./box/snapshot.ts";
import { IN_PIECES } from "./box/transfer.ts";
import type { BoxClone } from "./box-clone.ts";
import { withCacheLock } from "./host/cache-lock.ts";
import { type Heads, importBundle } from "./host/import-bundle.ts";
import { type GitCall, git, runGit } from "./host-git.ts";
import type { BareCache, Base, GitOptions } from "./repository.ts";

export type FinishedWork = {
  /** Null: an empty repository in which the agent left nothing. */
  commit: string | null;
  tree: string;
  /** True: the agent had left changes uncommitted. */
  committed: boolean;
  /** For people: what was left out or had to be repaired. */
  notes: string[];
  skipped: string[];
};

/** Commits what the agent left uncommitted, in the box. Throws RepositoryError, SandboxError. */
export async function commitWork(
  sandbox: Sandbox,
  clone: BoxClone,
  { message, signal }: { message: string; signal?: AbortSignal },
): Promise<FinishedWork> {
  const out = openOut(sandbox);
  try {
    await runInBox(sandbox, {
      failure: "The agent's work could not be committed",
      body: REPAIR + SNAPSHOT + FINISH,
      variables: { ...scriptVariables(clone, out.folder), MESSAGE: message },
      timeoutMs: clone.timeoutMs,
      ...(signal ? { signal } : {}),
    });
    const { commit, tree, start } = await out.values();
    if (!tree) throw new RepositoryError("The agent's work could not be committed: git gave no tree.");
    const [notes, skipped] = await Promise.all([out.list("notes"), out.skipped()]);
    return { commit: commit || null, tree, committed: commit !== start, notes, skipped };
  } finally {
    await out.remove();
  }
}

/** The run's branch as a bundle on top of the base; null: there is nothing on it. After commitWork. */
export async function bundleBranch(
  sandbox: Sandbox,
  clone: BoxClone,
  { signal }: { signal?: AbortSignal } = {},
): Promise<{ commit: string; bytes: Uint8Array } | null> {
  const out = openOut(sandbox);
  try {
    await runInBox(sandbox, {
      failure: "The agent's branch could not be taken out of the sandbox",
      body: IN_PIECES + BUNDLE,
      variables: scriptVariables(clone, out.folder),
      timeoutMs: clone.timeoutMs,
      ...(signal ? { signal } : {}),
    });
    const { commit } = await out.values();
    if (!commit) return null;
    const bytes = await out.file("bundle", clone.maxBundleBytes);
    if (bytes === null)
      throw new RepositoryError("The agent's branch could not be taken out: there is no bundle.");
    return { commit, bytes };
  } finally {
    await out.remove();
  }
}

export type TakenBundle = {
  bundle: Uint8Array;
  branch: string;
  /** What the box says the branch is at. */
  commit: string;
  base: Pick<Base, "commit">;
  options: GitOptions;
};

/** Where a run's branch lies in the cache: the remote's own branches are `refs/heads/` there. */
export function takenRef(branch: string): string {
  return `refs/pihordev/branches/${branch}`;
}

/**
 * Takes a branch out of a bundle that an agent could have written: every object is checked by git's fsck, nothing
 * may be missing, and it must go on from the base. Throws RepositoryError, TooLarge; then the cache has no such ref.
 */
export async function takeBundle(cache: BareCache, taken: TakenBundle): Promise<void> {
  const { bundle, branch, commit, options } = taken;
  if (bundle.byteLength > options.maxBundleBytes) {
    throw new TooLarge(
      `The agent's branch is larger than ${options.maxBundleBytes} bytes and was not taken.`,
    );
  }
  const gitDir = cache.folder;
  await withCacheLock(gitDir, options, async () => {
    await importBundle(bundle, {
      gitDir,
      options,
      check: (heads, variables) => refuseOther(taken, heads, { gitDir, options, variables }),
    });
    await git(["update-ref", takenRef(branch), commit], { options, gitDir });
  });
}

async function refuseOther(
  { base, branch, commit }: TakenBundle,
  heads: Heads,
  call: GitCall,
): Promise<void> {
  if (heads.size !== 1 || heads.get(`refs/heads/${branch}`) !== commit) {
    throw new RepositoryError(
      "The bundle from the sandbox does not hold the run's branch. Nothing was pushed.",
    );
  }
  if (base.commit === null) return;
  const { exitCode } = await runGit(["merge-base", "--is-ancestor", base.commit, commit], call);
  if (exitCode === 0) return;
  throw new RepositoryError("The agent's branch does not go on from the base branch. Nothing was pushed.");
}
