import * as z from "zod";
import { MAX_TASK_TEXT_CHARS } from "../limits.ts";

/** `provider/model id`, for example `anthropic/claude-sonnet-4-5`, `custom/qwen3` or `demo/rehearsal`. */
export const modelRefSchema = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*\/\S+$/)
  .max(200);
export const thinkingLevelSchema = z.enum(["off", "minimal", "low", "medium", "high", "xhigh", "max"]);

/** What a run used, summed over its LLM calls. `input` excludes cached tokens. Cost null: the model has no price. */
export const usageTotalsSchema = z.strictObject({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  cacheReadTokens: z.number().int().nonnegative(),
  cacheWriteTokens: z.number().int().nonnegative(),
  costMicrodollars: z.number().int().nonnegative().nullable(),
});
export type UsageTotals = z.infer<typeof usageTotalsSchema>;

/** Why a run failed, in the terms of whoever can do something about it. */
export const runFailureCodeSchema = z.enum([
  "repository",
  "base_branch",
  "model",
  "model_key",
  "provider",
  "sandbox",
  "push",
  "disk_full",
  "timeout",
  "agent",
  "internal",
]);
export type RunFailureCode = z.infer<typeof runFailureCodeSchema>;

const text = z.string().min(1).max(MAX_TASK_TEXT_CHARS);
const commitSchema = z.string().regex(/^[0-9a-f]{40,64}$/);

export const runEvents = {
  RunRequested: z.strictObject({
    taskId: z.uuid(),
    projectId: z.uuid(),
    prompt: text,
    model: modelRefSchema,
    thinkingLevel: thinkingLevelSchema,
    /** Null: the project's default branch. */
    baseBranch: z.string().min(1).max(250).nullable(),
    /** The branch the run leaves behind, `pihordev/<slug>-<short id>`. */
    branch: z.string().min(1).max(250),
    attempt: z.number().int().positive(),
    budgetMicrodollars: z.number().int().positive().nullable(),
    forkedFrom: z.strictObject({ runId: z.uuid(), position: z.number().int().positive() }).nullable(),
  }),
  /** A worker has the lease and prepares the sandbox. */
  RunClaimed: z.strictObject({ holder: z.string().min(1).max(200) }),
  /** The sandbox is ready and the agent works. */
  RunStarted: z.strictObject({ baseBranch: z.string().max(250), baseCommit: commitSchema.nullable() }),
  /** The lease of the former holder ran out; `holder` goes on from the recorded entries. */
  RunTakenOver: z.strictObject({
    holder: z.string().min(1).max(200),
    previousHolder: z.string().max(200).nullable(),
  }),
  RunSteered: z.strictObject({ messageId: z.uuid(), text }),
  AttentionRequested: z.strictObject({
    questionId: z.uuid(),
    kind: z.enum(["choice", "several", "text", "approval"]),
    prompt: z.string().min(1).max(4_000),
    options: z.array(z.string().min(1).max(400)).max(9),
    command: z.string().max(8_000).nullable(),
    expiresAt: z.iso.datetime().nullable(),
  }),
  AttentionAnswered: z.strictObject({
    questionId: z.uuid(),
    choices: z.array(z.string().max(400)).max(9),
    text: z.string().max(MAX_TASK_TEXT_CHARS),
  }),
  RunPaused: z.strictObject({
    reason: z.enum(["person", "budget", "provider"]),
    detail: z.string().max(500),
  }),
  RunResumed: z.strictObject({ reason: z.enum(["person", "budget_raised", "provider_back"]) }),
  /** A person wants it stopped; the worker that drives it stops the agent, then records RunAborted. */
  RunAbortRequested: z.strictObject({ reason: z.string().max(500) }),
  RunCompleted: z.strictObject({
    summary: z.string().max(MAX_TASK_TEXT_CHARS),
    branch: z.string().max(250).nullable(),
    /** Null: the agent changed nothing, so nothing was pushed. */
    commit: commitSchema.nullable(),
    usage: usageTotalsSchema,
    durationMs: z.number().int().nonnegative(),
  }),
  RunFailed: z.strictObject({
    code: runFailureCodeSchema,
    message: z.string().min(1).max(2_000),
    usage: usageTotalsSchema,
    durationMs: z.number().int().nonnegative(),
  }),
  RunAborted: z.strictObject({
    reason: z.string().max(500),
    usage: usageTotalsSchema,
    durationMs: z.number().int().nonnegative(),
  }),
};

type Data<Type extends keyof typeof runEvents> = z.infer<(typeof runEvents)[Type]>;
export type RunEvent = {
  [Type in keyof typeof runEvents]: { type: Type; data: Data<Type> };
}[keyof typeof runEvents];
