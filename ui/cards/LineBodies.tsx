import { Show } from "solid-js";
import type { ErasedCard, ErrorCard, LineCard, UnknownCard } from "../fold/cards.ts";
import { words } from "../words.ts";
import { CardTime } from "./card-parts.tsx";

/** One line of the platform: its sentence, its time. */
export function LineBody(props: { card: LineCard | UnknownCard | ErasedCard }) {
  const sentence = () => {
    const { card } = props;
    if (card.kind === "line") return words.event(card.event, card.tookMs);
    return card.kind === "unknown" ? words.cards.unknownEvent(card.type) : words.run.strips.erased(card.type);
  };
  const bad = () => props.card.kind === "line" && isBadNews(props.card);
  return (
    <div class={`flex min-h-6 min-w-0 flex-1 items-baseline gap-2 ${bad() ? "text-red" : "text-text-2"}`}>
      <span class="min-w-0 flex-1 pt-0.5">{sentence()}</span>
      <CardTime at={props.card.at} position={props.card.position} />
    </div>
  );
}

export function ErrorBody(props: { card: ErrorCard }) {
  return (
    <div class="min-w-0 flex-1 rounded-card border border-red bg-soft-red px-3 py-2">
      <div class="flex items-baseline gap-2">
        <h2 class="flex-1 text-base font-semibold tracking-normal text-red">{words.cards.failedHeading}</h2>
        <CardTime at={props.card.at} position={props.card.position} />
      </div>
      <Show when={props.card.message}>
        <p class="mt-0.5 text-reading">{props.card.message}</p>
      </Show>
    </div>
  );
}

function isBadNews(card: LineCard): boolean {
  const { event } = card;
  if (event.type === "LlmCallFinished") return event.data.error !== null;
  return event.type === "SandboxClosed" && event.data.reason === "lost";
}
