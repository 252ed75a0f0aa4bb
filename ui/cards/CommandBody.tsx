import { createSignal, Show } from "solid-js";
import IconOk from "~icons/lucide/check";
import IconTerminal from "~icons/lucide/terminal";
import IconFailed from "~icons/lucide/x";
import type { CommandCard, ToolCall } from "../fold/cards.ts";
import { bytes, duration, elapsed } from "../format.ts";
import { useApp } from "../shell/app-context.tsx";
import { words } from "../words.ts";
import { commandOf } from "./call-text.ts";
import { FoldButton, Panel } from "./card-parts.tsx";
import { Output } from "./Output.tsx";

/** A command: how it ended, its last lines while it runs or when it failed, all of them when it is open. */
export function CommandBody(props: { card: CommandCard }) {
  const app = useApp();
  const call = () => props.card.call;
  const [open, setOpen] = createSignal(false);
  const shown = () => open() || call().state !== "done" || isBad(call());
  return (
    <Panel
      tone="sunken"
      head={
        <>
          <IconTerminal class="icon text-text-2" />
          <FoldButton open={open()} onToggle={() => setOpen(!open())} class="font-mono text-meta">
            <span class={open() ? "whitespace-pre-wrap" : "truncate"}>{commandOf(call())}</span>
          </FoldButton>
          <CallState call={call()} />
        </>
      }
    >
      <Show when={shown()}>
        <Show
          when={call().state !== "running" || call().output.trim() !== ""}
          fallback={<p class="px-3 text-meta leading-6 text-text-3">{words.cards.noOutputYet}</p>}
        >
          <Output text={call().output} open={open()} empty={words.cards.noOutput} />
        </Show>
        <Show when={call().outputBlob}>
          {(blob) => (
            <a
              href={app.api.blobUrl(blob())}
              download=""
              class="inline-flex min-h-6 items-center px-3 pb-2 text-meta text-accent hover:underline max-tablet:min-h-11"
            >
              {words.cards.whole(bytes(call().outputBytes))}
            </a>
          )}
        </Show>
      </Show>
    </Panel>
  );
}

/** Running 9 s, Exit 0 in 4.2 s, Exit 1, Timed out, Interrupted: never by colour alone. */
export function CallState(props: { call: ToolCall }) {
  const app = useApp();
  const since = () => elapsed(app.now() - Date.parse(props.call.startedAt));
  return (
    <Show
      when={props.call.state === "running"}
      fallback={
        <span
          class={`tabular inline-flex shrink-0 items-center gap-1.5 text-meta ${isBad(props.call) ? "text-red" : "text-text-2"}`}
        >
          <Show when={isBad(props.call)} fallback={<IconOk class="icon size-3.5 text-green" />}>
            <IconFailed class="icon size-3.5" />
          </Show>
          {endOf(props.call)}
        </span>
      }
    >
      <span class="tabular inline-flex shrink-0 items-center gap-1.5 text-meta text-accent">
        <span data-dot class="size-2 animate-breathe rounded-full bg-accent ring-2 ring-soft-blue" />
        <span class="max-tablet:sr-only">{words.cards.runningFor}</span>
        {since()}
      </span>
    </Show>
  );
}

export function isBad(call: ToolCall): boolean {
  if (call.state === "running") return false;
  return call.state === "failed" || (call.exitCode !== null && call.exitCode !== 0);
}

function endOf(call: ToolCall): string {
  const time = call.durationMs === null ? null : duration(call.durationMs);
  if (call.exitCode !== null) return words.cards.exit(call.exitCode, time);
  return words.cards.reasons[call.reason ?? (call.state === "failed" ? "failed" : "done")];
}
