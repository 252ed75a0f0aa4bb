import { createEffect, createSignal, createUniqueId, Show } from "solid-js";
import IconSend from "~icons/lucide/arrow-up";
import { MAX_TASK_TEXT_CHARS } from "../../core/limits.ts";
import { Kbd } from "../elements/Kbd.tsx";
import { ErrorNotice } from "../elements/Notice.tsx";
import { exact } from "../format.ts";
import { useRun } from "../run-state/run-context.tsx";
import { onKeys } from "../shell/keys.ts";
import { words } from "../words.ts";

const w = words.run.composer;
const isPhone = () => matchMedia("(max-width: 767px)").matches;

/** One box: what is written here the agent reads before its next step. A draft outlives the page. */
export function Composer() {
  const run = useRun();
  const form = createDraft(run.runId, run.steers.send);
  const fieldId = createUniqueId();
  let field: HTMLTextAreaElement | undefined;
  onKeys((event, command) => {
    if (command || event.key !== "i") return;
    event.preventDefault();
    field?.focus();
  });
  const placeholder = () => {
    if (run.status() === "attention") return w.answering;
    return isPhone() ? w.placeholderShort : w.placeholder;
  };
  return (
    <form
      class="mx-auto w-full max-w-[828px] px-6 pt-1 pb-4 max-tablet:px-3 max-tablet:pb-[max(12px,env(safe-area-inset-bottom))]"
      onSubmit={(event) => {
        event.preventDefault();
        void form.send();
      }}
    >
      <Show when={form.problem()}>{(text) => <ErrorNotice class="mb-2">{text()}</ErrorNotice>}</Show>
      <div class="rounded-sheet border border-line-strong bg-raised shadow-card focus-within:border-accent">
        <label for={fieldId} class="sr-only">
          {w.label}
        </label>
        <textarea
          ref={field}
          id={fieldId}
          rows={1}
          value={form.text()}
          onInput={(event) => form.setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            void form.send();
          }}
          placeholder={placeholder()}
          class="block field-sizing-content max-h-[30dvh] min-h-11 w-full resize-none bg-transparent px-3.5 pt-3 text-reading outline-none placeholder:text-text-3 max-tablet:text-[16px]"
        />
        <div class="flex min-h-10 items-center gap-2 px-2.5 pb-2.5">
          <span class="min-w-0 flex-1 truncate pl-1 text-meta text-text-3">
            {run.status() === "queued" || run.status() === "starting" ? w.notYet : ""}
          </span>
          <span class="flex items-center gap-1.5 text-meta text-text-3 max-tablet:hidden">
            <Kbd>⏎</Kbd>
            {w.hint}
            <Kbd>⇧⏎</Kbd>
            {w.newLine}
          </span>
          <button
            type="submit"
            aria-label={w.send}
            aria-disabled={form.text().trim() === ""}
            class="inline-grid size-7 shrink-0 place-items-center rounded-control bg-ink text-on-ink aria-disabled:opacity-60 max-tablet:size-11 max-tablet:rounded-full"
          >
            <IconSend />
          </button>
        </div>
      </div>
    </form>
  );
}

function createDraft(runId: string, sendText: (text: string) => Promise<string | null>) {
  const key = `pihordev.draft.${runId}`;
  const [text, setText] = createSignal(localStorage.getItem(key) ?? "");
  const [problem, setProblem] = createSignal<string | null>(null);
  createEffect(() => {
    if (text() === "") localStorage.removeItem(key);
    else localStorage.setItem(key, text());
  });
  const send = async () => {
    const message = text().trim();
    if (message === "") return;
    if (message.length > MAX_TASK_TEXT_CHARS) {
      setProblem(w.tooLong(exact(MAX_TASK_TEXT_CHARS)));
      return;
    }
    setText("");
    setProblem(null);
    const refused = await sendText(message);
    if (refused === null) return;
    setProblem(refused);
    setText((now) => (now === "" ? message : `${message}\n${now}`));
  };
  return { text, setText, problem, send };
}
