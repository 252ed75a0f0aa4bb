import type { AnyCommand } from "../../../commands/subject.ts";
import type { RunCommand } from "../../../core/run/commands.ts";
import type { RunEvent, UsageTotals } from "../../../core/run/events.ts";
import type { TaskCommand } from "../../../core/task/commands.ts";
import type { TaskEvent } from "../../../core/task/events.ts";
import { uuid } from "../given.ts";

/** One example of every event and command of a task and a run, and the histories that lead to each state. */
export const TASK = uuid(1);
export const PROJECT = uuid(2);
export const RUN = uuid(3);
export const OTHER_RUN = uuid(4);
export const QUESTION = uuid(5);
export const OTHER_QUESTION = uuid(6);
export const MESSAGE = uuid(7);
export const COMMIT = "a".repeat(40);
export const usage: UsageTotals = {
  inputTokens: 10,
  outputTokens: 20,
  cacheReadTokens: 3,
  cacheWriteTokens: 4,
  costMicrodollars: 55,
};

export const task = {
  created: { type: "TaskCreated", data: { projectId: PROJECT, title: "Fix the date", text: "Fix the date" } },
  submitted: { type: "TaskSubmittedForReview", data: { runId: RUN } },
  accepted: { type: "TaskAccepted", data: { runId: RUN } },
  cancelled: { type: "TaskCancelled", data: { reason: "not wanted" } },
} as const satisfies Record<string, TaskEvent>;

export const taskHistories = {
  none: [],
  open: [task.created],
  in_review: [task.created, task.submitted],
  done: [task.created, task.submitted, task.accepted],
  cancelled: [task.created, task.cancelled],
} satisfies Record<string, TaskEvent[]>;

export const taskCommandExamples = {
  CreateTask: { type: "CreateTask", data: { taskId: TASK, projectId: PROJECT, text: "Fix the date" } },
  RenameTask: { type: "RenameTask", data: { taskId: TASK, title: "Another name" } },
  SubmitForReview: { type: "SubmitForReview", data: { taskId: TASK, runId: RUN } },
  AcceptTask: { type: "AcceptTask", data: { taskId: TASK, runId: RUN } },
  CancelTask: { type: "CancelTask", data: { taskId: TASK, reason: "not wanted" } },
} satisfies { [Type in TaskCommand["type"]]: Extract<AnyCommand, { type: Type }> };

export const run = {
  requested: {
    type: "RunRequested",
    data: {
      taskId: TASK,
      projectId: PROJECT,
      prompt: "Fix the date",
      model: "demo/rehearsal",
      thinkingLevel: "off",
      baseBranch: null,
      branch: "pihordev/fix-the-date-400000",
      attempt: 1,
      budgetMicrodollars: null,
      forkedFrom: null,
    },
  },
  claimed: { type: "RunClaimed", data: { holder: "worker-a" } },
  started: { type: "RunStarted", data: { baseBranch: "main", baseCommit: COMMIT } },
  takenOver: { type: "RunTakenOver", data: { holder: "worker-b", previousHolder: "worker-a" } },
  steered: { type: "RunSteered", data: { messageId: MESSAGE, text: "Use UTC" } },
  asked: {
    type: "AttentionRequested",
    data: {
      questionId: QUESTION,
      kind: "choice",
      prompt: "Which one?",
      options: ["Red", "Blue"],
      command: null,
      expiresAt: null,
    },
  },
  answered: { type: "AttentionAnswered", data: { questionId: QUESTION, choices: ["Red"], text: "" } },
  paused: { type: "RunPaused", data: { reason: "person", detail: "lunch" } },
  resumed: { type: "RunResumed", data: { reason: "person" } },
  abortRequested: { type: "RunAbortRequested", data: { reason: "wrong task" } },
  completed: {
    type: "RunCompleted",
    data: { summary: "Done.", branch: "pihordev/x-400000", commit: COMMIT, usage, durationMs: 9 },
  },
  failed: { type: "RunFailed", data: { code: "model", message: "No model.", usage, durationMs: 9 } },
  aborted: { type: "RunAborted", data: { reason: "wrong task", usage, durationMs: 9 } },
} satisfies Record<string, RunEvent>;

const running = [run.requested, run.claimed, run.started];
export const runHistories = {
  none: [],
  queued: [run.requested],
  starting: [run.requested, run.claimed],
  running,
  attention: [...running, run.asked],
  paused: [...running, run.paused],
  "paused with a question": [...running, run.asked, run.paused],
  aborting: [...running, run.abortRequested],
  completed: [...running, run.completed],
  error: [...running, run.failed],
  aborted: [...running, run.abortRequested, run.aborted],
} satisfies Record<string, RunEvent[]>;

const { prompt, model, thinkingLevel, baseBranch, attempt, budgetMicrodollars, forkedFrom } =
  run.requested.data;
export const runCommandExamples = {
  RequestRun: {
    type: "RequestRun",
    data: {
      ...{ runId: RUN, taskId: TASK, projectId: PROJECT, prompt, model, thinkingLevel, baseBranch },
      ...{ title: "Fix the date", attempt, budgetMicrodollars, forkedFrom },
    },
  },
  ClaimRun: { type: "ClaimRun", data: { runId: RUN, ...run.claimed.data } },
  StartRun: { type: "StartRun", data: { runId: RUN, ...run.started.data } },
  TakeOverRun: { type: "TakeOverRun", data: { runId: RUN, ...run.takenOver.data } },
  SteerRun: { type: "SteerRun", data: { runId: RUN, ...run.steered.data } },
  RequestAttention: { type: "RequestAttention", data: { runId: RUN, ...run.asked.data } },
  AnswerAttention: { type: "AnswerAttention", data: { runId: RUN, ...run.answered.data } },
  PauseRun: { type: "PauseRun", data: { runId: RUN, ...run.paused.data } },
  ResumeRun: { type: "ResumeRun", data: { runId: RUN, ...run.resumed.data } },
  AbortRun: { type: "AbortRun", data: { runId: RUN, reason: "wrong task" } },
  CompleteRun: { type: "CompleteRun", data: { runId: RUN, ...run.completed.data } },
  FailRun: { type: "FailRun", data: { runId: RUN, ...run.failed.data } },
  ConfirmAbort: { type: "ConfirmAbort", data: { runId: RUN, ...run.aborted.data } },
} satisfies { [Type in RunCommand["type"]]: Extract<AnyCommand, { type: Type }> };
