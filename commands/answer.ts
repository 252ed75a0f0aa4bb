import { BadInput } from "../core/errors.ts";
import type { OpenQuestion } from "../core/run/state.ts";

export type GivenAnswer = { choices: readonly string[]; text: string };

/** Refuses a question that nobody could answer. */
export function checkQuestion({ kind, options }: OpenQuestion): void {
  if (kind === "text" && options.length > 0) {
    throw new BadInput(
      `A question for text takes no options, and ${options.length} were given: leave them out.`,
    );
  }
  if (kind !== "text" && options.length === 0) {
    throw new BadInput("A question with a choice needs options, and none was given: name at least one.");
  }
  if (new Set(options).size !== options.length) {
    throw new BadInput("Two options of the question are the same: make each one different.");
  }
}

/**
 * Checks an answer against its question. A choice takes one of the options or a text of one's own, several
 * takes any of them or a text, text takes words alone, an approval takes one option and perhaps a reason.
 */
export function checkAnswer(question: OpenQuestion, answer: GivenAnswer): void {
  const { choices } = answer;
  const hasText = answer.text.trim() !== "";
  const unknown = choices.find((choice) => !question.options.includes(choice));
  if (unknown !== undefined) {
    throw new BadInput(`"${unknown}" is none of the question's options: choose one that was offered.`);
  }
  if (new Set(choices).size !== choices.length) {
    throw new BadInput("An option was chosen twice: choose each one once.");
  }
  if (question.kind !== "several" && choices.length > 1) {
    throw new BadInput(`This question takes one choice, and ${choices.length} were given: keep one.`);
  }
  if (question.kind === "approval" && choices.length === 0) {
    throw new BadInput("An approval needs one of its options: choose one, words alone do not decide it.");
  }
  if (choices.length === 0 && !hasText) {
    throw new BadInput("The answer is empty: choose an option or write one.");
  }
}
