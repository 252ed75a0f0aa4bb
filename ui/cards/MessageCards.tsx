import { createSignal, Show } from "solid-js";
import IconChevron from "~icons/lucide/chevron-right";
import { CopyButton } from "../elements/CopyButton.tsx";
import type { NoteCard, PersonCard, TextCard, ThinkingCard } from "../fold/cards.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { useApp } from "../shell/app-context.tsx";
import { words } from "../words.ts";
import { CardTime, FoldButton } from "./card-parts.tsx";

/** What a person wrote: the task itself, or a message on the way. */
export function PersonBody(props: { card: PersonCard }) {
  const app = useApp();
  return (
    <div class="min-w-0 flex-1 pt-0.5">
      <div class="flex items-center gap-2">
        <h2 class="min-w-0 truncate text-base font-semibold tracking-normal">
          {app.nameOf(props.card.actorId)}
        </h2>
        <span class="rounded-tag border border-line px-1.5 text-caption text-text-2">
          {words.cards.tags[props.card.tag]}
        </span>
        <span class="flex-1" />
        <CardTime at={props.card.at} position={props.card.position} />
      </div>
      <div class="mt-0.5 text-reading whitespace-pre-wrap">{props.card.text}</div>
    </div>
  );
}

/** What the agent says. While it writes, a caret stands at the end. */
export function TextBody(props: { card: TextCard }) {
  return (
    <div class="group/text min-w-0 flex-1 pt-0.5">
      <div class="flex items-center gap-2">
        <h2 class="flex-1 text-base font-semibold tracking-normal">{words.cards.agent}</h2>
        <CopyButton
          text={props.card.text}
          name={words.cards.copy}
          class="-my-1 size-6! opacity-0 group-hover/text:opacity-100 focus-visible:opacity-100 max-tablet:hidden"
        />
        <CardTime at={props.card.at} position={props.card.position} />
      </div>
      <div class="mt-0.5 text-reading">
        <Markdown text={props.card.text} writing={props.card.writing} />
      </div>
    </div>
  );
}

export function ThinkingBody(props: { card: ThinkingCard }) {
  const [open, setOpen] = createSignal(false);
  return (
    <div class="min-w-0 flex-1">
      <div class="flex min-h-6 items-center gap-2 text-text-2">
        <FoldButton open={open()} onToggle={() => setOpen(!open())}>
          {props.card.writing ? words.cards.thinking : words.cards.thought}
          <span class="flex-1" />
          <IconChevron class={`icon text-text-3 transition-transform ${open() ? "rotate-90" : ""}`} />
        </FoldButton>
        <CardTime at={props.card.at} position={props.card.position} />
      </div>
      <Show when={open()}>
        <div class="mt-1 border-l-2 border-line pl-3 whitespace-pre-wrap text-text-2">{props.card.text}</div>
      </Show>
    </div>
  );
}

/** What the session holds beyond messages and tools: one line, its text on demand. */
export function NoteBody(props: { card: NoteCard }) {
  const [open, setOpen] = createSignal(false);
  const title = () => {
    if (props.card.note === "compaction") return words.cards.compaction;
    return props.card.note === "message" ? words.cards.message : words.cards.unknownEntry(props.card.text);
  };
  return (
    <div class="min-w-0 flex-1">
      <div class="flex min-h-6 items-center gap-2 text-text-2">
        <Show when={props.card.note !== "entry"} fallback={<span class="flex-1">{title()}</span>}>
          <FoldButton open={open()} onToggle={() => setOpen(!open())}>
            {title()}
            <span class="flex-1" />
            <IconChevron class={`icon text-text-3 transition-transform ${open() ? "rotate-90" : ""}`} />
          </FoldButton>
        </Show>
        <CardTime at={props.card.at} position={props.card.position} />
      </div>
      <Show when={open()}>
        <div class="mt-1 border-l-2 border-line pl-3 whitespace-pre-wrap text-text-2">{props.card.text}</div>
      </Show>
    </div>
  );
}
