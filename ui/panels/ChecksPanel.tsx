import { createSignal, For, Show } from "solid-js";
import IconChevron from "~icons/lucide/chevron-right";
import { CallState } from "../cards/CommandBody.tsx";
import { commandOf } from "../cards/call-text.ts";
import { FoldButton } from "../cards/card-parts.tsx";
import { Output } from "../cards/Output.tsx";
import { exact } from "../format.ts";
import type { CheckRun } from "../run-state/checks.ts";
import { useRun } from "../run-state/run-context.tsx";
import { words } from "../words.ts";

const w = words.panels.checks;

/** Every command with its exit code: tests, linters and builds first, and whether files changed since. */
export function ChecksPanel() {
  const run = useRun();
  const none = () => run.checks().checks.length + run.checks().others.length === 0;
  return (
    <div class="bar-thin h-full overflow-y-auto">
      <div class="mx-auto max-w-[828px] space-y-6 px-6 py-5 max-tablet:px-4">
        <Show when={none()}>
          <p class="py-6 text-center text-text-2">{w.empty}</p>
        </Show>
        <CheckGroup heading={w.checks} runs={run.checks().checks} judged />
        <CheckGroup heading={w.others} runs={run.checks().others} />
      </div>
    </div>
  );
}

function CheckGroup(props: { heading: string; runs: readonly CheckRun[]; judged?: boolean }) {
  return (
    <Show when={props.runs.length > 0}>
      <section>
        <h2 class="mb-2 text-meta font-normal tracking-normal text-text-2">{props.heading}</h2>
        <ul class="divide-y divide-line overflow-hidden rounded-card border border-line">
          <For each={props.runs}>{(run) => <CheckItem run={run} judged={props.judged === true} />}</For>
        </ul>
      </section>
    </Show>
  );
}

function CheckItem(props: { run: CheckRun; judged: boolean }) {
  const [open, setOpen] = createSignal(false);
  const run = useRun();
  // The list is made when calls start and end; what a running one prints is in its card.
  const call = () => {
    const card = run.store.card(props.run.card.id);
    return card?.kind === "command" ? card.call : props.run.card.call;
  };
  const event = () => exact(props.run.card.position);
  return (
    <li>
      <div class="flex min-h-9 items-center gap-3 px-3">
        <FoldButton open={open()} onToggle={() => setOpen(!open())} class="font-mono text-meta">
          <IconChevron class={`icon text-text-3 transition-transform ${open() ? "rotate-90" : ""}`} />
          <span class={open() ? "whitespace-pre-wrap" : "truncate"}>
            {open() ? commandOf(call()) : props.run.name}
          </span>
        </FoldButton>
        <CallState call={call()} />
      </div>
      <Show when={props.judged && call().state !== "running"}>
        <p class={`px-3 pb-2 pl-9 text-meta ${props.run.stale ? "text-amber" : "text-text-3"}`}>
          {props.run.stale ? `${w.ranAt(event())}. ${w.stale}` : w.fresh(event())}
        </p>
      </Show>
      <Show when={open()}>
        <div class="border-t border-line bg-sunken">
          <Output text={call().output} open empty={words.cards.noOutput} />
        </div>
      </Show>
    </li>
  );
}
