import * as z from "zod";

/**
 * What a page needs at once from a worker: a row in an unlogged table with a wake-up, answered by any worker,
 * with a time-out that says so. Never a way to change anything that matters: that is what commands are for.
 */
export const checkSchema = z.strictObject({
  id: z.enum(["database", "sandbox", "network", "git", "model", "mail"]),
  title: z.string(),
  state: z.enum(["ok", "optional", "failed"]),
  detail: z.string(),
  /** What to do about it; empty when nothing. */
  advice: z.string(),
});
export type Check = z.infer<typeof checkSchema>;

export const asks = {
  machine_checks: {
    question: z.strictObject({}),
    answer: z.strictObject({ checks: z.array(checkSchema), durationMs: z.number().int().nonnegative() }),
  },
  probe_repository: {
    question: z.strictObject({ url: z.string().min(1).max(2_000), credentialId: z.uuid().nullable() }),
    answer: z.strictObject({
      kind: z.enum(["path", "https", "http", "ssh", "sample"]),
      name: z.string(),
      defaultBranch: z.string().nullable(),
      branches: z.array(z.string()).max(200),
    }),
  },
  file_at_checkpoint: {
    question: z.strictObject({
      runId: z.uuid(),
      /** Position in the organization's log; null: the newest checkpoint of the run. */
      at: z.number().int().positive().nullable(),
      path: z.string().min(1).max(4_000),
    }),
    answer: z.strictObject({
      /** Checkpoint the file was read from. */
      position: z.number().int().positive(),
      tree: z.string(),
      size: z.number().int().nonnegative(),
      /** Null: binary, or over 1 MiB. */
      text: z.string().nullable(),
    }),
  },
} as const;

export type AskKind = keyof typeof asks;
export type Question<Kind extends AskKind> = z.infer<(typeof asks)[Kind]["question"]>;
export type Answer<Kind extends AskKind> = z.infer<(typeof asks)[Kind]["answer"]>;
