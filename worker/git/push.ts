import { RepositoryError } from "../../core/errors.ts";
import { explainRemote, lastWords } from "./host/explain.ts";
import { type RemoteAccess, withRemote } from "./host/remote-access.ts";
import { runGit } from "./host-git.ts";
import { listRefs } from "./probe.ts";
import type { BareCache, GitOptions, PushResult, RemoteRepository } from "./repository.ts";

export type PushRequest = {
  branch: string;
  /** In the cache, from takeBundle. */
  commit: string;
  /** What the branch must point at there now; null: it must not exist. */
  expected: string | null;
  options: GitOptions;
};

/**
 * Pushes one branch, never by force. The remote is looked at first, and again when the answer got lost, so that a
 * repeat finds what is there already. Throws RepositoryError with reason `push`, in one sentence.
 */
export async function pushBranch(
  cache: BareCache,
  remote: RemoteRepository,
  request: PushRequest,
): Promise<PushResult> {
  const { options, commit } = request;
  return withRemote(remote, options, async (access) => {
    const found = await lookUp(remote, access, request);
    if (found === commit) return { pushed: false };
    if (found !== request.expected) throw movedError(remote, request, found);
    await refuseRewind(cache, request);
    const failure = await push({ cache, remote, access, request }).catch(lostAnswer);
    if (failure === null) return { pushed: true };
    const after = await lookUp(remote, access, request).catch(() => null);
    if (after === commit) return { pushed: true };
    throw failure;
  });
}

async function lookUp(
  remote: RemoteRepository,
  access: RemoteAccess,
  request: PushRequest,
): Promise<string | null> {
  const { branches } = await listRefs(remote, access, request.options);
  return branches.get(request.branch) ?? null;
}

/** A lease alone would let a branch lose commits as long as it was looked at before. */
async function refuseRewind(
  cache: BareCache,
  { expected, commit, branch, options }: PushRequest,
): Promise<void> {
  if (expected === null) return;
  const args = ["merge-base", "--is-ancestor", expected, commit];
  const { exitCode } = await runGit(args, { options, gitDir: cache.folder });
  if (exitCode === 0) return;
  throw pushError(
    `The branch \`${branch}\` was not pushed: it would lose commits that are on it in the repository.`,
  );
}

type Push = { cache: BareCache; remote: RemoteRepository; access: RemoteAccess; request: PushRequest };

async function push({ cache, remote, access, request }: Push): Promise<RepositoryError | null> {
  const { branch, commit, expected, options } = request;
  const ref = `refs/heads/${branch}`;
  const lease = `--force-with-lease=${ref}:${expected ?? ""}`;
  const { protocols, config, variables } = access;
  const args = ["push", "--porcelain", "--no-verify", "--no-follow-tags", lease, ...access.receivePack];
  const { exitCode, stdout, stderr } = await runGit([...args, "--", access.url, `${commit}:${ref}`], {
    options,
    gitDir: cache.folder,
    protocols,
    config,
    variables,
  });
  return exitCode === 0 ? null : explainPush(remote, request, `${stderr}\n${stdout.toString("utf8")}`);
}

/** A push that was ended may have arrived: it is looked up before it counts as failed. */
function lostAnswer(error: unknown): RepositoryError {
  if (error instanceof RepositoryError) return pushError(error.message);
  throw error;
}

/** One line of `git push --porcelain`: `!<TAB>refs…<TAB>[remote rejected] (pre-receive hook declined)`. */
function explainPush(remote: RemoteRepository, request: PushRequest, said: string): RepositoryError {
  const { branch } = request;
  const reason = /\[(?:remote )?rejected\] \((.*)\)/.exec(said)?.[1];
  if (reason === undefined) return pushError(explainRemote(remote, said).message);
  if (
    /stale info|non-fast-forward|fetch first|already exists|failed to update ref|cannot lock ref/i.test(
      reason,
    )
  ) {
    return movedError(remote, request, null);
  }
  if (/currently checked out/i.test(reason)) {
    return pushError(
      `The branch \`${branch}\` is checked out in ${remote.url}, so it was not touched. Check out another branch there and run the task again.`,
    );
  }
  const words = /hook declined/.test(reason) ? hookWords(said, remote) : "";
  const why = words === "" ? reason.slice(0, 200) : `${reason.slice(0, 200)}: ${words}`;
  return pushError(
    `The repository ${remote.url} refused the branch \`${branch}\` (${why}). Allow branches that begin with pihordev/ there.`,
  );
}

/** What a hook of the server printed, as git passes it on. */
function hookWords(said: string, remote: RemoteRepository): string {
  const lines = said
    .split("\n")
    .filter((line) => line.startsWith("remote:") && line.replace("remote:", "").trim() !== "");
  return lines.length === 0 ? "" : lastWords(lines.join("\n"), remote);
}

function movedError(
  remote: RemoteRepository,
  { branch, expected }: PushRequest,
  found: string | null,
): RepositoryError {
  const now = found === null ? "is not where it was expected" : `is at ${found.slice(0, 10)}`;
  const then = expected === null ? "it was to be new" : `${expected.slice(0, 10)} was expected`;
  return pushError(
    `The branch \`${branch}\` ${now} in ${remote.url}, where ${then}. Nothing was pushed. Run the task again.`,
  );
}

function pushError(message: string): RepositoryError {
  return new RepositoryError(message, { reason: "push" });
}
