import { For, Show } from "solid-js";
import { VList } from "virtua/solid";
import type { Row, SplitRow } from "./rows.ts";

const TINT = { added: "bg-soft-green", removed: "bg-soft-red", context: "" } as const;
const SIGN = { added: "+", removed: "−", context: "" } as const;
const SIGN_COLOR = { added: "text-green", removed: "text-red", context: "" } as const;
const NUMBER = "tabular w-10 shrink-0 pr-2 text-right text-text-3 select-none max-tablet:w-8 max-tablet:pr-1";
const CODE = "min-w-0 flex-1 pr-3 whitespace-pre-wrap";
const ROW = "flex min-h-5 font-mono text-meta leading-5";

/** More rows than this are drawn only where one looks. */
const VIRTUAL_ABOVE = 400;
const ROW_PX = 20;

/** Unified: two number columns, sign, code. */
export function UnifiedRows(props: { rows: readonly Row[] }) {
  return (
    <Show
      when={props.rows.length > VIRTUAL_ABOVE}
      fallback={<For each={props.rows}>{(row) => <UnifiedRow row={row} />}</For>}
    >
      <VList data={props.rows} itemSize={ROW_PX} style={{ height: "70dvh" }}>
        {(row) => <UnifiedRow row={row} />}
      </VList>
    </Show>
  );
}

function UnifiedRow(props: { row: Row }) {
  const line = () => (props.row.is === "line" ? props.row : null);
  return (
    <Show when={line()} fallback={<HunkRow text={props.row.is === "hunk" ? props.row.text : ""} />}>
      {(row) => (
        <div class={`${ROW} ${TINT[row().kind]}`}>
          <span class={`${NUMBER} max-tablet:hidden`}>{row().before}</span>
          <span class={NUMBER}>{row().after}</span>
          <span class={`w-5 shrink-0 text-center select-none ${SIGN_COLOR[row().kind]}`}>
            {SIGN[row().kind]}
          </span>
          <code class={CODE} innerHTML={row().html} />
        </div>
      )}
    </Show>
  );
}

/** Split: what was at the left, what is at the right. */
export function SplitDiffRows(props: { rows: readonly SplitRow[] }) {
  return (
    <Show
      when={props.rows.length > VIRTUAL_ABOVE}
      fallback={<For each={props.rows}>{(row) => <PairRow row={row} />}</For>}
    >
      <VList data={props.rows} itemSize={ROW_PX} style={{ height: "70dvh" }}>
        {(row) => <PairRow row={row} />}
      </VList>
    </Show>
  );
}

type Pair = Extract<SplitRow, { is: "pair" }>;

function PairRow(props: { row: SplitRow }) {
  const pair = () => (props.row.is === "pair" ? props.row : null);
  return (
    <Show when={pair()} fallback={<HunkRow text={props.row.is === "hunk" ? props.row.text : ""} />}>
      {(row) => (
        <div class="grid grid-cols-2">
          <Side line={row().left} number={row().left?.before ?? null} />
          <Side line={row().right} number={row().right?.after ?? null} class="border-l border-line" />
        </div>
      )}
    </Show>
  );
}

function Side(props: { line: Pair["left"]; number: number | null; class?: string }) {
  const kind = () => props.line?.kind ?? "context";
  return (
    <div class={`${ROW} ${props.line ? TINT[kind()] : "bg-sunken"} ${props.class ?? ""}`}>
      <span class={NUMBER}>{props.number}</span>
      <span class={`w-5 shrink-0 text-center select-none ${SIGN_COLOR[kind()]}`}>{SIGN[kind()]}</span>
      <code class={CODE} innerHTML={props.line?.html ?? ""} />
    </div>
  );
}

function HunkRow(props: { text: string }) {
  return <div class={`${ROW} bg-sunken px-3 text-text-3`}>{props.text}</div>;
}
