import { createMemo, createSignal, Show } from "solid-js";
import IconEdit from "~icons/lucide/file-pen-line";
import IconNew from "~icons/lucide/file-plus-2";
import IconFold from "~icons/lucide/fold-vertical";
import IconOpen from "~icons/lucide/unfold-vertical";
import { UnifiedRows } from "../diff/DiffRows.tsx";
import { firstChanges, lineCount } from "../diff/first-changes.ts";
import { highlighter } from "../diff/load-highlight.ts";
import { parseDiff } from "../diff/parse-diff.ts";
import { rowsOf } from "../diff/rows.ts";
import { IconButton } from "../elements/Button.tsx";
import type { EditCard } from "../fold/cards.ts";
import { duration, exact } from "../format.ts";
import { words } from "../words.ts";
import { pathOf } from "./call-text.ts";
import { Panel } from "./card-parts.tsx";
import { Output } from "./Output.tsx";

/** An edit or a new file: its first changed lines, all of them when it is open. */
export function EditBody(props: { card: EditCard }) {
  const call = () => props.card.call;
  const [open, setOpen] = createSignal(false);
  const file = createMemo(() => parseDiff(call().diff ?? "")[0] ?? null);
  const rows = createMemo(() => {
    const known = file();
    return known === null ? [] : rowsOf({ ...known, path: pathOf(call()) }, highlighter());
  });
  const folded = createMemo(() => firstChanges(rows()));
  const hidden = () => lineCount(rows()) - lineCount(folded());
  return (
    <Panel
      head={
        <>
          <Show when={call().tool === "write"} fallback={<IconEdit class="icon text-text-2" />}>
            <IconNew class="icon text-text-2" />
          </Show>
          <span class="min-w-0 truncate font-mono text-meta">{pathOf(call())}</span>
          <Show when={file()}>
            {(known) => <Counts additions={known().additions} deletions={known().deletions} />}
          </Show>
          <span class="flex-1" />
          <span
            class={`shrink-0 text-meta whitespace-nowrap max-tablet:hidden ${call().state === "failed" ? "text-red" : "text-text-3"}`}
          >
            {stateOf(props.card)}
          </span>
          <Show when={hidden() > 0}>
            <IconButton
              data-fold
              aria-expanded={open()}
              label={open() ? words.cards.fold : words.cards.showDiff}
              class="size-6! max-tablet:size-11!"
              onClick={() => setOpen(!open())}
            >
              {open() ? <IconFold /> : <IconOpen />}
            </IconButton>
          </Show>
        </>
      }
    >
      <Show when={call().state === "failed" && call().output}>
        {(text) => <Output text={text()} open={false} empty="" />}
      </Show>
      <Show when={rows().length > 0}>
        <UnifiedRows rows={open() ? rows() : folded()} />
      </Show>
    </Panel>
  );
}

export function Counts(props: { additions: number; deletions: number }) {
  return (
    <span class="tabular inline-flex shrink-0 gap-1.5 text-meta">
      <span class="text-green">+{exact(props.additions)}</span>
      <Show when={props.deletions > 0}>
        <span class="text-red">−{exact(props.deletions)}</span>
      </Show>
    </span>
  );
}

function stateOf({ call }: EditCard): string {
  if (call.state === "running") return call.tool === "write" ? words.cards.writing : words.cards.editing;
  if (call.state === "failed") return words.cards.reasons[call.reason ?? "failed"];
  return call.durationMs === null ? "" : duration(call.durationMs);
}
