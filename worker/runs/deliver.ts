import { checkpointWorkspace } from "../git/checkpoint.ts";
import { bundleBranch, commitWork, takeBundle } from "../git/finish.ts";
import { pushBranch } from "../git/push.ts";
import type { WorkerParts } from "../parts.ts";
import type { Journal } from "./journal.ts";
import type { RunIdentity } from "./lease.ts";
import type { Workplace } from "./prepare.ts";
import type { RunRequest } from "./read-run.ts";
import { gitOptions } from "./remote.ts";

type Delivery = {
  parts: WorkerParts;
  run: RunIdentity;
  request: RunRequest;
  journal: Journal;
  workplace: Workplace;
  signal: AbortSignal;
};

export type Delivered = { branch: string | null; commit: string | null };

/**
 * What the agent left uncommitted is committed in the box, the workspace is checkpointed, and the branch comes
 * out as a bundle, is checked on the host and pushed. Null, null: the agent changed nothing.
 */
export async function deliver(delivery: Delivery): Promise<Delivered> {
  const { workplace, request, signal } = delivery;
  signal.throwIfAborted();
  const { sandbox, clone, cache, base } = workplace;
  const finished = await commitWork(sandbox, clone, { message: commitMessage(request), signal });
  await tell(delivery.journal, finished.notes);
  await checkpoint(delivery);
  signal.throwIfAborted();
  const bundle = await bundleBranch(sandbox, clone, { signal });
  if (!bundle || bundle.commit === base.commit) return { branch: null, commit: null };
  const options = gitOptions(delivery.parts, signal);
  await takeBundle(cache, {
    bundle: bundle.bytes,
    branch: request.branch,
    commit: bundle.commit,
    base,
    options,
  });
  return push(delivery, bundle.commit);
}

function tell(journal: Journal, notes: readonly string[]): Promise<void> {
  return journal.record(notes.map((text) => ({ type: "NoticeGiven", data: { text: text.slice(0, 1_000) } })));
}

async function checkpoint({ parts, run, journal, workplace, signal }: Delivery): Promise<void> {
  const taken = await checkpointWorkspace(workplace.sandbox, workplace.clone, { signal });
  await tell(journal, taken.notes);
  const put = (bytes: Uint8Array) => parts.blobs.put(run.orgId, bytes);
  const blob = await put(taken.bundle);
  const diffBlob = await put(taken.diff);
  const filesBlob = await put(new TextEncoder().encode(JSON.stringify(taken.files)));
  const { tree, commit, base, additions, deletions } = taken;
  const files = taken.changedFiles;
  const skipped = taken.skipped.slice(0, 100).map((line) => line.slice(0, 1_000));
  await journal.record([
    {
      type: "WorkspaceCheckpointed",
      data: { tree, commit, base, blob, diffBlob, filesBlob, files, additions, deletions, skipped },
    },
  ]);
}

/** Intent, effect, receipt: a push that was made before a restart is found at the remote, not repeated. */
async function push(
  { parts, request, journal, workplace, signal }: Delivery,
  commit: string,
): Promise<Delivered> {
  const { branch } = request;
  await journal.record([{ type: "PushIntended", data: { branch, commit, expected: null } }]);
  const options = gitOptions(parts, signal);
  const { pushed } = await pushBranch(workplace.cache, workplace.remote, {
    branch,
    commit,
    expected: null,
    options,
  });
  await journal.record([{ type: "PushFinished", data: { branch, commit, pushed } }]);
  return { branch, commit };
}

function commitMessage(request: RunRequest): string {
  const subject =
    request.prompt
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? "Work of the agent";
  return subject.length > 72 ? `${subject.slice(0, 71)}…` : subject;
}
