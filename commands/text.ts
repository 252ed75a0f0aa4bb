import { BadInput } from "../core/errors.ts";
import { MAX_TASK_TEXT_CHARS } from "../core/limits.ts";

/** Refuses an empty text and one over the limit, with the number found. `what` begins the sentence. */
export function checkText(what: string, text: string): void {
  if (text.trim() === "") {
    throw new BadInput(
      `${what} says nothing (${group(text.length)} of ${limit} characters): say what is wanted in at least one word.`,
    );
  }
  if (text.length > MAX_TASK_TEXT_CHARS) {
    throw new BadInput(`${what} has ${group(text.length)} characters and may have ${limit}: shorten it.`);
  }
}

const limit = group(MAX_TASK_TEXT_CHARS);

function group(count: number): string {
  return count.toLocaleString("en-US");
}
