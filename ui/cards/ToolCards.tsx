import { createMemo, createSignal, For, Show } from "solid-js";
import IconChevron from "~icons/lucide/chevron-right";
import IconFailed from "~icons/lucide/x";
import type { OtherToolCard, ReadsCard, ToolCall } from "../fold/cards.ts";
import { duration } from "../format.ts";
import { words } from "../words.ts";
import { commonFolder, pathOf, targetOf } from "./call-text.ts";
import { CardTime, FoldButton, Panel } from "./card-parts.tsx";
import { Output } from "./Output.tsx";

/** Consecutive looks around, joined to one line; each can be opened. */
export function ReadsBody(props: { card: ReadsCard }) {
  const [open, setOpen] = createSignal(false);
  const files = createMemo(() => props.card.calls.filter((call) => call.tool === "read"));
  const folders = createMemo(() => props.card.calls.filter((call) => call.tool === "ls"));
  const searches = createMemo(() =>
    props.card.calls.filter((call) => call.tool === "grep" || call.tool === "find"),
  );
  const folder = createMemo(() => commonFolder(files().map(pathOf)));
  const failed = () => props.card.calls.some((call) => call.state === "failed");
  return (
    <div class="min-w-0 flex-1">
      <div class="flex min-h-6 items-center gap-2 text-text-2">
        <FoldButton open={open()} onToggle={() => setOpen(!open())}>
          <span class="min-w-0">
            <Counted
              verb={words.cards.reads.read}
              count={files().length}
              noun={words.cards.reads.files(files().length)}
            />
            <Show when={folder()}>
              {(path) => (
                <>
                  {words.cards.reads.inFolder} <span class="font-mono text-meta">{path()}</span>{" "}
                </>
              )}
            </Show>
            <Counted
              verb={words.cards.reads.listed}
              count={folders().length}
              noun={words.cards.reads.folders(folders().length)}
            />
            <Counted
              verb={words.cards.reads.ran}
              count={searches().length}
              noun={words.cards.reads.searches(searches().length)}
            />
          </span>
          <span class="flex-1" />
          <Show when={failed()}>
            <span class="inline-flex items-center gap-1 text-meta text-red">
              <IconFailed class="icon size-3.5" />
              {words.cards.reasons.failed}
            </span>
          </Show>
          <IconChevron class={`icon text-text-3 transition-transform ${open() ? "rotate-90" : ""}`} />
        </FoldButton>
        <CardTime at={props.card.at} position={props.card.position} />
      </div>
      <Show when={open()}>
        <ul class="mt-1 space-y-1">
          <For each={props.card.calls}>{(call) => <CallRow call={call} />}</For>
        </ul>
      </Show>
    </div>
  );
}

function Counted(props: { verb: string; count: number; noun: string }) {
  return (
    <Show when={props.count > 0}>
      {props.verb} <span class="font-medium text-text">{props.noun}</span>{" "}
    </Show>
  );
}

/** One call of a joined line: what it was about, its output on demand. */
function CallRow(props: { call: ToolCall }) {
  const [open, setOpen] = createSignal(false);
  const verb = () => {
    const { tool } = props.call;
    return tool === "read" || tool === "ls" || tool === "grep" || tool === "find"
      ? words.cards.tools[tool]
      : tool;
  };
  return (
    <li>
      <FoldButton
        open={open()}
        onToggle={() => setOpen(!open())}
        class="w-full font-mono text-meta text-text-2"
      >
        <span class="w-12 shrink-0 text-text-3">{verb()}</span>
        <span class={`min-w-0 flex-1 truncate ${props.call.state === "failed" ? "text-red" : ""}`}>
          {targetOf(props.call)}
        </span>
      </FoldButton>
      <Show when={open()}>
        <div class="mt-1 overflow-hidden rounded-control border border-line bg-sunken">
          <Output text={props.call.output} open empty={words.cards.noOutput} />
        </div>
      </Show>
    </li>
  );
}

/** A tool this page has no picture for: its name, its arguments, its result. */
export function OtherToolBody(props: { card: OtherToolCard }) {
  const call = () => props.card.call;
  const [open, setOpen] = createSignal(false);
  const shown = () => open() || call().state === "failed";
  return (
    <Panel
      tone="sunken"
      head={
        <>
          <FoldButton open={shown()} onToggle={() => setOpen(!open())} class="font-mono text-meta">
            <span class="truncate">{call().tool}</span>
          </FoldButton>
          <span class={`text-meta ${call().state === "failed" ? "text-red" : "text-text-2"}`}>
            {call().durationMs === null ? words.cards.running : duration(call().durationMs ?? 0)}
          </span>
        </>
      }
    >
      <Show when={shown()}>
        <Output
          text={`${JSON.stringify(call().args, null, 2)}\n\n${call().output}`}
          open
          empty={words.cards.noOutput}
        />
      </Show>
    </Panel>
  );
}
