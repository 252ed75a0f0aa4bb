import { CommandRejected } from "../core/errors.ts";
import type { RunEvent } from "../core/run/events.ts";
import { checkAnswer, checkQuestion } from "./answer.ts";
import { type ExistingRun, ended, notStarted, type RunData, refuseWhenAborting } from "./run-rules.ts";

export function requestAttention(
  { runId: _runId, ...question }: RunData<"RequestAttention">,
  run: ExistingRun,
): RunEvent[] {
  const end = ended(run);
  if (end) throw end;
  if (run.status === "attention" && run.question.questionId === question.questionId) return [];
  if (run.answered.includes(question.questionId)) {
    throw new CommandRejected("This question was answered already: ask a new one under an id of its own.");
  }
  if (run.status === "attention") {
    throw new CommandRejected("This run waits for an answer already: ask the next question after it.");
  }
  if (run.status === "paused") throw new CommandRejected("This run is paused: ask when it goes on.");
  if (run.status !== "running") throw notStarted("ask a question");
  checkQuestion(question);
  return [{ type: "AttentionRequested", data: question }];
}

/** The first answer wins. */
export function answerAttention(
  { runId: _runId, ...answer }: RunData<"AnswerAttention">,
  run: ExistingRun,
): RunEvent[] {
  if (run.answered.includes(answer.questionId)) {
    throw new CommandRejected("Somebody has answered this question already: the first answer counts.");
  }
  const end = ended(run);
  if (end) throw end;
  refuseWhenAborting(run);
  if (run.status === "paused" && run.question?.questionId === answer.questionId) {
    throw new CommandRejected("This run is paused: resume it, then answer the question.");
  }
  if (run.status !== "attention" || run.question.questionId !== answer.questionId) {
    throw new CommandRejected("This run has not asked this question: reload the page to see what it asks.");
  }
  checkAnswer(run.question, answer);
  return [{ type: "AttentionAnswered", data: answer }];
}
