import type { JSX } from "solid-js";
import { exact, timeOfDay, timeWithSeconds } from "../format.ts";
import { words } from "../words.ts";

/** Time of a card, at the right; the exact one and the event's number in the tooltip. */
export function CardTime(props: { at: string; position: number }) {
  return (
    <time
      datetime={props.at}
      title={words.cards.eventAt(timeWithSeconds(props.at), exact(props.position))}
      class="tabular shrink-0 text-meta text-text-3"
    >
      {timeOfDay(props.at)}
    </time>
  );
}

/** A line that can be opened: what it holds is read as its control's. */
export function FoldButton(props: {
  open: boolean;
  onToggle(): void;
  children: JSX.Element;
  class?: string;
}) {
  return (
    <button
      type="button"
      data-fold
      aria-expanded={props.open}
      onClick={props.onToggle}
      class={`flex min-h-6 min-w-0 flex-1 items-center gap-2 rounded-tag text-left max-tablet:min-h-11 ${props.class ?? ""}`}
    >
      {props.children}
    </button>
  );
}

/** The frame of a card that holds code or output: a head, and what is under it. */
export function Panel(props: { head: JSX.Element; children?: JSX.Element; tone?: "sunken" | "plain" }) {
  return (
    <div class="min-w-0 flex-1 overflow-hidden rounded-card border border-line">
      <div class="flex min-h-8 items-center gap-2 px-3 py-0.5">{props.head}</div>
      <div
        class={
          props.tone === "sunken"
            ? "border-t border-line bg-sunken empty:hidden"
            : "border-t border-line empty:hidden"
        }
      >
        {props.children}
      </div>
    </div>
  );
}
