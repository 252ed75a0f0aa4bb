import { createEffect, createSignal, on } from "solid-js";
import { useRun } from "../run-state/run-context.tsx";
import { words } from "../words.ts";

const SAID_CHARS = 300;

/** For a reader: each message of the agent once, when it is finished; a question at once. Nothing of the past. */
export function Announcer() {
  const run = useRun();
  const [message, setMessage] = createSignal("");
  const [question, setQuestion] = createSignal("");
  createEffect(
    on(
      () => run.store.view().writing.message,
      (count, before) => {
        if (!run.store.caughtUp() || before === undefined) return;
        const card = run.store.card(`message:${count - 1}:text`);
        if (card?.kind === "text") setMessage(card.text.slice(0, SAID_CHARS));
      },
    ),
  );
  createEffect(
    on(run.status, (status) => setQuestion(status === "attention" ? words.run.question.heading : "")),
  );
  return (
    <div class="sr-only">
      <p aria-live="polite">{message()}</p>
      <p aria-live="assertive">{question()}</p>
    </div>
  );
}
