import { createMemo, For, Show } from "solid-js";
import { exact } from "../format.ts";
import { words } from "../words.ts";
import { ansiPieces } from "./ansi.ts";

const FOLDED_LINES = 8;
const OPEN_LINES = 2_000;

/** Output of a command: its last lines, or up to two thousand when it is open. */
export function Output(props: { text: string; open: boolean; empty: string }) {
  const cut = createMemo(() => {
    const lines = props.text.replace(/\n+$/, "").split("\n");
    const kept = lines.slice(-(props.open ? OPEN_LINES : FOLDED_LINES));
    return { hidden: lines.length - kept.length, pieces: ansiPieces(kept.join("\n")) };
  });
  return (
    <pre
      tabindex={props.open ? 0 : undefined}
      class={`bar-thin overflow-x-auto px-3 py-2 font-mono text-meta leading-[18px] whitespace-pre-wrap text-text-2 ${props.open ? "max-h-[60dvh] overflow-y-auto" : ""}`}
    >
      <Show when={cut().hidden > 0}>
        <span class="block text-text-3">{words.cards.earlierLines(exact(cut().hidden))}</span>
      </Show>
      <Show when={props.text.trim() !== ""} fallback={<span class="text-text-3">{props.empty}</span>}>
        <For each={cut().pieces}>{(piece) => <span class={piece.style}>{piece.text}</span>}</For>
      </Show>
    </pre>
  );
}
