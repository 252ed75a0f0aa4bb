import { describe, expect, it } from "vitest";
import { COMMAND_TYPES, subjectOf } from "../../commands/subject.ts";
import { outcomeOf } from "../support/given.ts";
import {
  RUN,
  runCommandExamples,
  runHistories,
  TASK,
  taskCommandExamples,
  taskHistories,
} from "../support/log/histories.ts";

/** Every state against every command: `no` is a refusal, `-` decides nothing, else the event that happens. */
const taskStates = ["none", "open", "in_review", "done", "cancelled"] as const;
const taskMoves: Record<keyof typeof taskCommandExamples, string> = {
  CreateTask: "TaskCreated no no no no",
  RenameTask: "no TaskRenamed TaskRenamed TaskRenamed no",
  SubmitForReview: "no TaskSubmittedForReview - no no",
  AcceptTask: "no no TaskAccepted - no",
  CancelTask: "no TaskCancelled TaskCancelled no -",
};

const runStates = [
  "none",
  "queued",
  "starting",
  "running",
  "attention",
  "paused",
  "paused with a question",
  "aborting",
  "completed",
  "error",
  "aborted",
] as const;
const runMoves: Record<keyof typeof runCommandExamples, string> = {
  RequestRun: "RunRequested no no no no no no no no no no",
  ClaimRun: "no RunClaimed - no no no no no no no no",
  StartRun: "no no RunStarted no no no no no no no no",
  TakeOverRun: "no no RunTakenOver RunTakenOver RunTakenOver RunTakenOver RunTakenOver RunTakenOver no no no",
  SteerRun: "no no RunSteered RunSteered RunSteered RunSteered RunSteered no no no no",
  RequestAttention: "no no no AttentionRequested - no no AttentionRequested no no no",
  AnswerAttention: "no no no no AttentionAnswered no no no no no no",
  PauseRun: "no no no RunPaused RunPaused - - no no no no",
  ResumeRun: "no no no - - RunResumed RunResumed - no no no",
  AbortRun: `no RunAborted ${"RunAbortRequested ".repeat(5)}- no no -`,
  CompleteRun: `no no no ${"RunCompleted ".repeat(5)}- no no`,
  FailRun: `no ${"RunFailed ".repeat(7)}no - no`,
  ConfirmAbort: "no no no no no no no RunAborted no no -",
};

describe("a task", () => {
  for (const type of keysOf(taskMoves)) {
    for (const [index, state] of taskStates.entries()) {
      const expected = taskMoves[type].split(" ")[index] ?? "";
      it(`that is ${state}, told ${type}: ${wordsOf(expected)}`, () => {
        expect(told(outcomeOf(taskHistories[state], taskCommandExamples[type]))).toBe(expected);
      });
    }
  }
});

describe("a run", () => {
  for (const type of keysOf(runMoves)) {
    for (const [index, state] of runStates.entries()) {
      const expected = runMoves[type].split(" ")[index] ?? "";
      it(`that is ${state}, told ${type}: ${wordsOf(expected)}`, () => {
        expect(told(outcomeOf(runHistories[state], runCommandExamples[type]))).toBe(expected);
      });
    }
  }
});

describe("every command", () => {
  it("goes to the stream of its subject", () => {
    for (const command of Object.values(taskCommandExamples))
      expect(subjectOf(command).stream).toBe(`task-${TASK}`);
    for (const command of Object.values(runCommandExamples))
      expect(subjectOf(command).stream).toBe(`run-${RUN}`);
  });

  it("has an example", () => {
    const examples = [...Object.keys(taskCommandExamples), ...Object.keys(runCommandExamples), "LinkProject"];
    expect(examples.sort()).toEqual([...COMMAND_TYPES].sort());
  });
});

describe("the two tables", () => {
  it("have a column for every history and a cell for every column", () => {
    expect(Object.keys(taskHistories)).toEqual(taskStates);
    expect(Object.keys(runHistories)).toEqual(runStates);
    for (const row of Object.values(taskMoves)) expect(row.split(" ")).toHaveLength(taskStates.length);
    for (const row of Object.values(runMoves)) expect(row.split(" ")).toHaveLength(runStates.length);
  });
});

function told(outcome: ReturnType<typeof outcomeOf>): string {
  if (!Array.isArray(outcome)) return "no";
  return outcome.map((event) => event.type).join("+") || "-";
}

function wordsOf(cell: string): string {
  if (cell === "no") return "refuses";
  return cell === "-" ? "it is so already" : cell;
}

function keysOf<Key extends string>(record: Record<Key, string>): Key[] {
  return Object.keys(record).filter((key): key is Key => key in record);
}
