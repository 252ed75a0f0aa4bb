import * as z from "zod";
import { runEvents, thinkingLevelSchema } from "./events.ts";

const runId = z.uuid();

export const runCommands = {
  RequestRun: z.strictObject({
    runId,
    taskId: z.uuid(),
    projectId: z.uuid(),
    prompt: z.string(),
    model: runEvents.RunRequested.shape.model,
    thinkingLevel: thinkingLevelSchema.default("off"),
    baseBranch: runEvents.RunRequested.shape.baseBranch.default(null),
    /** The task's title: the branch's slug is made from it. */
    title: z.string().max(500),
    attempt: z.number().int().positive().default(1),
    budgetMicrodollars: z.number().int().positive().nullable().default(null),
    forkedFrom: runEvents.RunRequested.shape.forkedFrom.default(null),
  }),
  ClaimRun: runEvents.RunClaimed.extend({ runId }),
  StartRun: runEvents.RunStarted.extend({ runId }),
  TakeOverRun: runEvents.RunTakenOver.extend({ runId }),
  SteerRun: runEvents.RunSteered.extend({ runId }),
  RequestAttention: runEvents.AttentionRequested.extend({ runId }),
  AnswerAttention: runEvents.AttentionAnswered.extend({ runId }),
  PauseRun: runEvents.RunPaused.extend({ runId }),
  ResumeRun: runEvents.RunResumed.extend({ runId }),
  AbortRun: z.strictObject({ runId, reason: z.string().max(500).default("") }),
  CompleteRun: runEvents.RunCompleted.extend({ runId }),
  FailRun: runEvents.RunFailed.extend({ runId }),
  /** The driver's word that the agent has stopped after RunAbortRequested. */
  ConfirmAbort: runEvents.RunAborted.extend({ runId }),
};

type Data<Type extends keyof typeof runCommands> = z.infer<(typeof runCommands)[Type]>;
export type RunCommand = {
  [Type in keyof typeof runCommands]: { type: Type; data: Data<Type> };
}[keyof typeof runCommands];
