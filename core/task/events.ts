import * as z from "zod";
import { MAX_TASK_TEXT_CHARS, MAX_TITLE_CHARS } from "../limits.ts";

export const taskEvents = {
  TaskCreated: z.strictObject({
    projectId: z.uuid(),
    title: z.string().min(1).max(MAX_TITLE_CHARS),
    text: z.string().min(1).max(MAX_TASK_TEXT_CHARS),
  }),
  TaskRenamed: z.strictObject({ title: z.string().min(1).max(MAX_TITLE_CHARS) }),
  /** A run of this task has completed and nobody has judged it yet. */
  TaskSubmittedForReview: z.strictObject({ runId: z.uuid() }),
  TaskAccepted: z.strictObject({ runId: z.uuid() }),
  TaskCancelled: z.strictObject({ reason: z.string().max(500) }),
};

type Data<Type extends keyof typeof taskEvents> = z.infer<(typeof taskEvents)[Type]>;
export type TaskEvent = {
  [Type in keyof typeof taskEvents]: { type: Type; data: Data<Type> };
}[keyof typeof taskEvents];
