import * as z from "zod";
import { modelRefSchema } from "../run/events.ts";

const commitSchema = z.string().regex(/^[0-9a-f]{40,64}$/);
/** SHA-256 of a blob of the same organization, in hex. */
export const blobRefSchema = z.string().regex(/^[0-9a-f]{64}$/);
const ms = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
const callId = z.string().min(1).max(200);

/**
 * What the agent said and did, appended by the holder of the run's lease. There is no decider: these are
 * observations. `SessionEntryRecorded` holds the agent session's own entries verbatim (resume needs them byte
 * for byte); the other events are the facts around them that the session does not keep.
 */
export const transcriptEvents = {
  SandboxOpened: z.strictObject({
    sandboxId: z.string().min(1).max(200),
    provider: z.enum(["local", "opensandbox"]),
    /** none: no network at all, and the run says so. */
    network: z.enum(["egress", "none"]),
    durationMs: ms,
  }),
  RepositoryPrepared: z.strictObject({
    baseBranch: z.string().max(250),
    baseCommit: commitSchema.nullable(),
    branch: z.string().min(1).max(250),
    /** What a person should know: submodules left alone, an empty repository. */
    notes: z.array(z.string().max(500)).max(20),
    durationMs: ms,
  }),
  SkillsWritten: z.strictObject({ skills: z.array(z.string().max(100)).max(50) }),
  SessionEntryRecorded: z.strictObject({
    /** The entry as the agent's session manager persists it: type, id, parentId, timestamp and its own fields. */
    entry: z.looseObject({ type: z.string(), id: z.string() }),
    /** Parts of the entry moved out because of their size: JSON pointer → blob with the whole text. */
    blobs: z.record(z.string(), blobRefSchema).default({}),
  }),
  LlmCallIntended: z.strictObject({ callId: z.uuid(), model: modelRefSchema, messages: count }),
  LlmCallFinished: z.strictObject({
    callId: z.uuid(),
    model: modelRefSchema,
    inputTokens: count,
    outputTokens: count,
    cacheReadTokens: count,
    cacheWriteTokens: count,
    /** Dollars per million tokens at the time of the call; null: the model has no price. */
    price: z
      .strictObject({
        input: z.number().nonnegative(),
        output: z.number().nonnegative(),
        cacheRead: z.number().nonnegative(),
        cacheWrite: z.number().nonnegative(),
      })
      .nullable(),
    costMicrodollars: z.number().int().nonnegative().nullable(),
    stopReason: z.string().max(50),
    error: z.string().max(2_000).nullable(),
    timeToFirstTokenMs: ms.nullable(),
    durationMs: ms,
  }),
  ToolCallStarted: z.strictObject({
    toolCallId: callId,
    tool: z.string().min(1).max(100),
    /** The call's arguments, long strings shortened to 2,000 characters: the entry holds them whole. */
    args: z.record(z.string(), z.unknown()),
  }),
  ToolCallFinished: z.strictObject({
    toolCallId: callId,
    tool: z.string().min(1).max(100),
    isError: z.boolean(),
    /** Of a command; null: no command, or killed before it had one. */
    exitCode: z.number().int().nullable(),
    reason: z.enum(["done", "failed", "timeout", "aborted", "interrupted", "sandbox_lost"]),
    output: z.string(),
    outputBytes: count,
    /** The whole output when it did not fit. */
    outputBlob: blobRefSchema.nullable(),
    /** Unified diff of an edit or write, at most 64 KiB. */
    diff: z.string().nullable(),
    durationMs: ms,
  }),
  WorkspaceCheckpointed: z.strictObject({
    /** Git tree of the whole workspace: staged, unstaged and untracked files. */
    tree: commitSchema,
    commit: commitSchema,
    base: commitSchema.nullable(),
    /** Git bundle that holds `commit`, on top of `base` when there is one. */
    blob: blobRefSchema,
    diffBlob: blobRefSchema,
    filesBlob: blobRefSchema,
    files: count,
    additions: count,
    deletions: count,
    skipped: z.array(z.string().max(1_000)).max(100),
  }),
  PushIntended: z.strictObject({
    branch: z.string().min(1).max(250),
    commit: commitSchema,
    /** What the branch must point at for the push to be accepted; null: it must not exist. */
    expected: commitSchema.nullable(),
  }),
  PushFinished: z.strictObject({
    branch: z.string().min(1).max(250),
    commit: commitSchema,
    /** false: it was found there already after a restart. */
    pushed: z.boolean(),
  }),
  SandboxClosed: z.strictObject({
    sandboxId: z.string().min(1).max(200),
    reason: z.enum(["ended", "lost", "aborted"]),
  }),
  /** A sentence for people from the platform itself, such as a missing network. */
  NoticeGiven: z.strictObject({ text: z.string().min(1).max(1_000) }),
};

type Data<Type extends keyof typeof transcriptEvents> = z.infer<(typeof transcriptEvents)[Type]>;
export type TranscriptEvent = {
  [Type in keyof typeof transcriptEvents]: { type: Type; data: Data<Type> };
}[keyof typeof transcriptEvents];
