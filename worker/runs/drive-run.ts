import { Fenced, messageOf } from "../../core/errors.ts";
import type { UsageTotals } from "../../core/run/events.ts";
import { type AgentOutcome, makeAgentSession } from "../agent/session.ts";
import type { WorkerParts } from "../parts.ts";
import { attend, type Drive, type Stop } from "./attend.ts";
import { deliver } from "./deliver.ts";
import { failureOf, RunStopped } from "./failure.ts";
import { type Journal, makeJournal } from "./journal.ts";
import { holdLease, type RunIdentity } from "./lease.ts";
import { prepareWorkplace, type Workplace } from "./prepare.ts";
import { type KnownRun, readRun } from "./read-run.ts";

const NOTHING_USED: UsageTotals = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costMicrodollars: 0,
};

/**
 * Drives one run from queued to its end: lease, box, agent, branch. Resolves when the run has ended or another
 * worker has it; it never throws for what goes wrong in the run, which is recorded instead. `shutdown` ends it
 * early with a recorded reason.
 */
export async function driveRun(parts: WorkerParts, run: RunIdentity, shutdown: AbortSignal): Promise<void> {
  const lease = await holdLease(parts, run);
  if (!lease) return;
  try {
    const known = await readRun(parts.store, run);
    const journal = makeJournal(parts, run, lease.fence);
    if (known.state.status === "queued")
      await driveFromQueue({ parts, run, lease, known, journal, shutdown });
    else await endAbandoned(journal, run, known);
  } catch (error) {
    if (!(error instanceof Fenced)) parts.log(`run ${run.runId}: ${messageOf(error)}`);
  } finally {
    await lease.release().catch((error) => parts.log(`lease of run ${run.runId}: ${messageOf(error)}`));
  }
}

async function driveFromQueue(drive: Drive): Promise<void> {
  const { parts, run, journal, known } = drive;
  const startedAt = Date.now();
  await journal.command({ type: "ClaimRun", data: { runId: run.runId, holder: parts.holder } });
  const stop: Stop = { controller: new AbortController(), reason: null, session: null, steered: [] };
  const unwatch = attend(drive, stop);
  let workplace: Workplace | null = null;
  try {
    const { request } = known;
    const signal = stop.controller.signal;
    workplace = await prepareWorkplace({ parts, run, request, journal, signal });
    const outcome = await work(drive, workplace, stop);
    if (outcome.status === "aborted") throw new RunStopped("internal", "The agent was stopped.");
    if (outcome.status === "failed") throw new RunStopped(outcome.code, outcome.message);
    const delivered = await deliver({ parts, run, request, journal, workplace, signal });
    const usage = stop.session?.usage() ?? NOTHING_USED;
    const end = { runId: run.runId, summary: outcome.summary, ...delivered, usage };
    await journal.command({ type: "CompleteRun", data: { ...end, durationMs: Date.now() - startedAt } });
    await submitForReview(drive);
  } catch (error) {
    if (error instanceof Fenced || drive.lease.lost.aborted) throw error;
    await recordEnd(drive, { error, stop, durationMs: Date.now() - startedAt });
  } finally {
    unwatch();
    stop.session?.dispose();
    await closeBox(drive, workplace, stop);
  }
}

async function work(drive: Drive, workplace: Workplace, stop: Stop): Promise<AgentOutcome> {
  const { parts, run, journal, known } = drive;
  const { request } = known;
  const session = await makeAgentSession({
    ...run,
    model: request.model,
    thinkingLevel: request.thinkingLevel,
    sandbox: workplace.sandbox,
    models: parts.models,
    settings: parts.settings,
    secrets: [...parts.secrets, ...workplace.secrets],
    record: (events) => journal.record(events),
    putBlob: (bytes) => parts.blobs.put(run.orgId, bytes),
    sendDelta: (frame) => parts.deltas.send(run.orgId, frame),
    entries: [],
    skills: workplace.skills,
  });
  stop.session = session;
  for (const text of stop.steered) await session.steer(text);
  stop.controller.signal.throwIfAborted();
  const { branch: baseBranch, commit: baseCommit } = workplace.base;
  await journal.command({ type: "StartRun", data: { runId: run.runId, baseBranch, baseCommit } });
  return session.run(request.prompt);
}

type End = { error: unknown; stop: Stop; durationMs: number };

/** A person's stop is RunAborted; everything else that ends a run early is RunFailed with its reason. */
async function recordEnd({ run, journal }: Drive, { error, stop, durationMs }: End): Promise<void> {
  const usage = stop.session?.usage() ?? NOTHING_USED;
  const { runId } = run;
  if (stop.reason !== null) {
    await journal.command({ type: "ConfirmAbort", data: { runId, reason: stop.reason, usage, durationMs } });
    return;
  }
  const cause = stop.controller.signal.aborted ? stop.controller.signal.reason : error;
  await journal.command({ type: "FailRun", data: { runId, ...failureOf(cause), usage, durationMs } });
}

async function closeBox({ parts, journal }: Drive, workplace: Workplace | null, stop: Stop): Promise<void> {
  if (!workplace) return;
  const { sandboxId } = workplace.sandbox;
  const reason = stop.controller.signal.aborted ? "aborted" : "ended";
  try {
    await workplace.sandbox.close();
    await journal.record([{ type: "SandboxClosed", data: { sandboxId, reason } }]);
  } catch (error) {
    if (!(error instanceof Fenced)) parts.log(`closing sandbox ${sandboxId}: ${messageOf(error)}`);
  }
}

async function submitForReview({ run, journal, known }: Drive): Promise<void> {
  const { taskId } = known.request;
  await journal.command({ type: "SubmitForReview", data: { taskId, runId: run.runId } });
}

/** A run whose worker died: its box's work is gone, so it ends with a clear reason instead of hanging. */
async function endAbandoned(journal: Journal, run: RunIdentity, known: KnownRun): Promise<void> {
  if (known.state.status === "none" || ["completed", "error", "aborted"].includes(known.state.status)) return;
  const message = "The worker that drove this run ended without a word. Nothing was pushed. Run it again.";
  const end = { runId: run.runId, usage: NOTHING_USED, durationMs: 0 };
  if (known.state.abortRequested) {
    await journal.command({
      type: "ConfirmAbort",
      data: { ...end, reason: "Its worker had ended already." },
    });
    return;
  }
  await journal.command({ type: "FailRun", data: { ...end, code: "internal", message } });
}
