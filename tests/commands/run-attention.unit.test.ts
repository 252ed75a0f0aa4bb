import { describe, it } from "vitest";
import type { RunCommand } from "../../core/run/commands.ts";
import type { RunEvent } from "../../core/run/events.ts";
import { badInput, given, rejected } from "../support/given.ts";
import {
  runHistories as history,
  OTHER_QUESTION,
  QUESTION,
  RUN,
  run,
  runCommandExamples as tell,
} from "../support/log/histories.ts";

type Kind = "choice" | "several" | "text" | "approval";

function ask(kind: Kind, options: string[], questionId = QUESTION): RunCommand {
  return { type: "RequestAttention", data: { ...run.asked.data, runId: RUN, questionId, kind, options } };
}

function asked(kind: Kind, options: string[]): RunEvent[] {
  return [...history.running, { type: "AttentionRequested", data: { ...run.asked.data, kind, options } }];
}

function answer(choices: string[], text = "", questionId = QUESTION): RunCommand {
  return { type: "AnswerAttention", data: { runId: RUN, questionId, choices, text } };
}

function answered(choices: string[], text = ""): RunEvent[] {
  return [{ type: "AttentionAnswered", data: { questionId: QUESTION, choices, text } }];
}

describe("RequestAttention", () => {
  it("waits for the answer to the question before", () => {
    given(...history.attention)
      .when(ask("text", [], OTHER_QUESTION))
      .then(rejected("This run waits for an answer already: ask the next question after it."));
  });

  it("never asks an answered question again", () => {
    given(...history.attention, run.answered)
      .when(tell.RequestAttention)
      .then(rejected("This question was answered already: ask a new one under an id of its own."));
  });

  it("of a choice without options is refused", () => {
    given(...history.running)
      .when(ask("choice", []))
      .then(badInput("A question with a choice needs options, and none was given: name at least one."));
  });

  it("for text with options is refused", () => {
    given(...history.running)
      .when(ask("text", ["Red"]))
      .then(badInput("A question for text takes no options, and 1 were given: leave them out."));
  });

  it("with two equal options is refused", () => {
    given(...history.running)
      .when(ask("several", ["Red", "Red"]))
      .then(badInput("Two options of the question are the same: make each one different."));
  });
});

describe("AnswerAttention", () => {
  it("counts once: the first answer wins", () => {
    given(...history.attention, run.answered)
      .when(answer(["Blue"]))
      .then(rejected("Somebody has answered this question already: the first answer counts."));
  });

  it("counts once also after the run has ended", () => {
    given(...history.attention, run.answered, run.completed)
      .when(answer(["Blue"]))
      .then(rejected("Somebody has answered this question already: the first answer counts."));
  });

  it("to a question that was not asked is refused", () => {
    given(...history.attention)
      .when(answer(["Red"], "", OTHER_QUESTION))
      .then(rejected("This run has not asked this question: reload the page to see what it asks."));
  });

  it("in a pause is refused: resume first", () => {
    given(...history["paused with a question"])
      .when(answer(["Red"]))
      .then(rejected("This run is paused: resume it, then answer the question."));
  });

  it("with an option that was not offered is refused", () => {
    given(...history.attention)
      .when(answer(["Green"]))
      .then(badInput('"Green" is none of the question\'s options: choose one that was offered.'));
  });

  it("to a choice takes one option", () => {
    given(...history.attention)
      .when(answer(["Red", "Blue"]))
      .then(badInput("This question takes one choice, and 2 were given: keep one."));
    given(...history.attention)
      .when(answer(["Blue"]))
      .then(answered(["Blue"]));
  });

  it("to a choice may be a text of one's own", () => {
    given(...history.attention)
      .when(answer([], "Green"))
      .then(answered([], "Green"));
  });

  it("that says nothing is refused", () => {
    given(...history.attention)
      .when(answer([], "  "))
      .then(badInput("The answer is empty: choose an option or write one."));
  });

  it("to several takes any of them, each once", () => {
    given(...asked("several", ["Red", "Blue"]))
      .when(answer(["Red", "Blue"]))
      .then(answered(["Red", "Blue"]));
    given(...asked("several", ["Red", "Blue"]))
      .when(answer(["Red", "Red"]))
      .then(badInput("An option was chosen twice: choose each one once."));
  });

  it("to a text is a text", () => {
    given(...asked("text", []))
      .when(answer([], "In UTC"))
      .then(answered([], "In UTC"));
  });

  it("to an approval is one of its options, with a reason if there is one", () => {
    given(...asked("approval", ["Allow once", "Deny"]))
      .when(answer(["Deny"], "it deletes data"))
      .then(answered(["Deny"], "it deletes data"));
    given(...asked("approval", ["Allow once", "Deny"]))
      .when(answer([], "fine"))
      .then(badInput("An approval needs one of its options: choose one, words alone do not decide it."));
  });
});
