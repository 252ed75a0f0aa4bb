import { createSignal, createUniqueId, For, Show } from "solid-js";
import IconNeedsYou from "~icons/lucide/message-circle-question-mark";
import { Button } from "../elements/Button.tsx";
import { Kbd } from "../elements/Kbd.tsx";
import { ErrorNotice } from "../elements/Notice.tsx";
import type { QuestionCard } from "../fold/cards.ts";
import { elapsed } from "../format.ts";
import { useApp } from "../shell/app-context.tsx";
import { sentenceOf } from "../shell/create-app.ts";
import { words } from "../words.ts";
import { CardTime } from "./card-parts.tsx";

const w = words.run.question;

/** A question of the agent: a form while it is open, one line after the answer. */
export function QuestionBody(props: { card: QuestionCard; runId: string }) {
  const app = useApp();
  return (
    <Show when={props.card.answer} fallback={<QuestionForm card={props.card} runId={props.runId} />}>
      {(answer) => (
        <div class="flex min-h-6 min-w-0 flex-1 items-baseline gap-2 text-text-2">
          <span class="min-w-0 flex-1 pt-0.5">{w.answered(app.nameOf(answer().actorId), answer().text)}</span>
          <CardTime at={answer().at} position={props.card.position} />
        </div>
      )}
    </Show>
  );
}

function QuestionForm(props: { card: QuestionCard; runId: string }) {
  const app = useApp();
  const question = () => props.card.question;
  const form = createAnswer(props);
  const left = () => {
    const { expiresAt } = question();
    return expiresAt === null ? null : elapsed(Date.parse(expiresAt) - app.now());
  };
  return (
    <form
      class="min-w-0 flex-1 rounded-sheet border border-amber bg-soft-amber p-4"
      onSubmit={(event) => {
        event.preventDefault();
        void form.send();
      }}
      onKeyDown={form.onKey}
    >
      <div class="flex items-center gap-2 text-amber">
        <IconNeedsYou />
        <h2 class="flex-1 text-base font-semibold tracking-normal">{w.heading}</h2>
        <Show when={left()}>
          {(time) => <span class="tabular text-meta text-text-2">{w.left(time())}</span>}
        </Show>
      </div>
      <p class="mt-2 text-reading">{question().prompt}</p>
      <Show when={question().command}>
        {(command) => (
          <pre class="mt-2 rounded-control border border-line bg-surface px-3 py-2 font-mono text-meta whitespace-pre-wrap">
            {command()}
          </pre>
        )}
      </Show>
      <Options question={question()} form={form} />
      <Show when={form.problem()}>{(text) => <ErrorNotice class="mt-3">{text()}</ErrorNotice>}</Show>
      <Button type="submit" look="primary" class="mt-3" aria-disabled={form.sending()}>
        {w.answer}
        <Kbd class="border-current! text-current! opacity-75">⏎</Kbd>
      </Button>
    </form>
  );
}

type AnswerForm = ReturnType<typeof createAnswer>;

function Options(props: { question: QuestionCard["question"]; form: AnswerForm }) {
  const several = () => props.question.kind === "several";
  const name = createUniqueId();
  return (
    <fieldset class="mt-3 space-y-2">
      <legend class="sr-only">{props.question.prompt}</legend>
      <For each={optionsOf(props.question)}>
        {(option, index) => (
          <label
            class={`flex min-h-11 cursor-pointer items-center gap-3 rounded-card border-2 bg-surface px-3 py-2 ${props.form.chosen().includes(option) ? "border-amber" : "border-transparent"}`}
          >
            <input
              type={several() ? "checkbox" : "radio"}
              name={name}
              class="size-4 accent-[var(--amber)]"
              checked={props.form.chosen().includes(option)}
              onChange={() => props.form.choose(option)}
            />
            <span class="flex-1 font-medium">{option}</span>
            <Kbd>{String(index() + 1)}</Kbd>
          </label>
        )}
      </For>
      <label class="block">
        <span class="sr-only">{w.your}</span>
        <textarea
          rows={1}
          value={props.form.text()}
          onInput={(event) => props.form.setText(event.currentTarget.value)}
          placeholder={w.otherHint}
          class="block field-sizing-content max-h-48 min-h-10 w-full rounded-card border border-line-strong bg-surface px-3 py-2 text-reading placeholder:text-text-3 max-tablet:text-[16px]"
        />
      </label>
    </fieldset>
  );
}

function optionsOf(question: QuestionCard["question"]): readonly string[] {
  if (question.kind === "approval" && question.options.length === 0) return [w.allow, w.deny];
  return question.options;
}

function createAnswer(props: { card: QuestionCard; runId: string }) {
  const app = useApp();
  const [chosen, setChosen] = createSignal<readonly string[]>([]);
  const [text, setText] = createSignal("");
  const [problem, setProblem] = createSignal<string | null>(null);
  const [sending, setSending] = createSignal(false);
  const commandId = crypto.randomUUID();
  const choose = (option: string) => {
    const { kind } = props.card.question;
    const others = chosen().filter((other) => other !== option);
    if (kind === "several") setChosen(others.length < chosen().length ? others : [...chosen(), option]);
    else setChosen([option]);
  };
  const send = async () => {
    if (sending() || (chosen().length === 0 && text().trim() === "")) return;
    setSending(true);
    setProblem(null);
    try {
      const { questionId } = props.card.question;
      const data = { runId: props.runId, questionId, choices: [...chosen()], text: text().trim() };
      await app.api.sendCommand({ type: "AnswerAttention", data }, commandId);
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setSending(false);
    }
  };
  const onKey = (event: KeyboardEvent) => {
    const typing = event.target instanceof HTMLTextAreaElement;
    const option = typing ? undefined : optionsOf(props.card.question)[Number(event.key) - 1];
    if (option !== undefined) choose(option);
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) void send();
    else return;
    event.preventDefault();
  };
  return { chosen, choose, text, setText, problem, sending, send, onKey };
}
