import { cardWords } from "./words/cards.ts";
import { errorSentence } from "./words/errors.ts";
import { eventSentence } from "./words/events.ts";
import { panelWords } from "./words/panels.ts";
import { runWords } from "./words/run.ts";
import { shellWords } from "./words/shell.ts";
import { linkWords, projectWords, startWords } from "./words/start.ts";
import { statusWords } from "./words/status.ts";
import { taskWords } from "./words/tasks.ts";

/** Every text of the page, by the place where it stands. Components join no strings of their own. */
export const words = {
  shell: shellWords,
  status: statusWords,
  start: startWords,
  link: linkWords,
  projects: projectWords,
  tasks: taskWords,
  run: runWords,
  panels: panelWords,
  cards: cardWords,
  event: eventSentence,
  error: errorSentence,
};
