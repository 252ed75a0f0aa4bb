import { createMemo, type JSX, Show } from "solid-js";
import IconTokens from "~icons/lucide/arrow-up-down";
import IconModel from "~icons/lucide/bot";
import IconSandbox from "~icons/lucide/box";
import IconCost from "~icons/lucide/coins";
import IconTime from "~icons/lucide/timer";
import { timeAtWork } from "../fold/time-at-work.ts";
import { elapsed, exact, money, tokens, UNKNOWN } from "../format.ts";
import { useRun } from "../run-state/run-context.tsx";
import { useApp } from "../shell/app-context.tsx";
import { costOf, modelName } from "../tasks/columns.ts";
import { words } from "../words.ts";

const w = words.run.facts;

/** Model, time, tokens, cost of budget, sandbox: left to right, always in this order. */
export function Facts() {
  const run = useRun();
  const facts = run.store.facts;
  const usage = () => facts().usage;
  const model = () => facts().request?.model ?? run.summary()?.model ?? "";
  const total = () =>
    usage().inputTokens + usage().outputTokens + usage().cacheReadTokens + usage().cacheWriteTokens;
  const inOutCached = () =>
    w.tokensExact(exact(usage().inputTokens), exact(usage().outputTokens), exact(usage().cacheReadTokens));
  return (
    <dl class="mt-1 flex min-h-6 flex-wrap items-center gap-x-5 text-meta text-text-2 max-tablet:gap-x-4">
      <Fact label={w.model} icon={<IconModel class="icon size-3.5" />}>
        {modelName(model())}
      </Fact>
      <Fact label={w.elapsed} icon={<IconTime class="icon size-3.5" />}>
        <Elapsed />
      </Fact>
      <Fact
        label={w.tokens("")}
        icon={<IconTokens class="icon size-3.5" />}
        title={inOutCached()}
        class="max-tablet:hidden"
      >
        {w.tokens(tokens(total()))}
      </Fact>
      <Fact label={w.cost} icon={<IconCost class="icon size-3.5" />}>
        <Cost />
      </Fact>
      <Show when={sandboxWord(facts().sandbox)}>
        {(word) => (
          <Fact label="" icon={<IconSandbox class="icon size-3.5" />} class="max-tablet:hidden">
            {word()}
          </Fact>
        )}
      </Show>
    </dl>
  );
}

function Fact(props: {
  label: string;
  icon: JSX.Element;
  children: JSX.Element;
  title?: string;
  class?: string;
}) {
  return (
    <div
      class={`tabular inline-flex items-center gap-1.5 ${props.class ?? ""}`}
      title={props.title ?? props.label}
    >
      <dt class="inline-flex">
        <span class="sr-only">{props.label}</span>
        {props.icon}
      </dt>
      <dd>{props.children}</dd>
    </div>
  );
}

/** Ticks each second, stands still while the run is paused and after its end. */
function Elapsed() {
  const app = useApp();
  const run = useRun();
  const ms = () => {
    const facts = run.store.facts();
    return timeAtWork(facts.startedAt === null ? (run.summary() ?? facts) : facts, app.now());
  };
  const shown = createMemo(() => {
    const known = ms();
    return known === null ? UNKNOWN : elapsed(known);
  });
  return <>{shown()}</>;
}

function Cost() {
  const app = useApp();
  const run = useRun();
  const facts = run.store.facts;
  const text = () => {
    const { request, usage } = facts();
    if (request) return costOf({ model: request.model, usage }, app.models());
    const summary = run.summary();
    return summary ? costOf(summary, app.models()) : UNKNOWN;
  };
  const budget = () => facts().request?.budgetMicrodollars ?? null;
  const cost = () => facts().usage.costMicrodollars;
  const share = () => Math.min(100, ((cost() ?? 0) / (budget() ?? 1)) * 100);
  const color = () => {
    if (share() >= 100) return "bg-red";
    return share() >= 80 ? "bg-amber" : "bg-accent";
  };
  return (
    <span class="inline-flex items-center gap-1.5">
      <Show when={text() !== w.noPrice} fallback={w.noPrice}>
        <strong class="font-semibold text-text">{text()}</strong>
      </Show>
      <Show when={budget()}>
        {(limit) => (
          <>
            <span class="max-tablet:hidden">{w.ofBudget(money(limit()))}</span>
            <span
              aria-hidden="true"
              class="h-1 w-14 max-tablet:hidden overflow-hidden rounded-full bg-pressed"
            >
              <span class={`block h-full ${color()}`} style={{ width: `${share()}%` }} />
            </span>
          </>
        )}
      </Show>
    </span>
  );
}

function sandboxWord(sandbox: { network: "egress" | "none"; open: boolean } | null): string {
  if (sandbox === null) return "";
  if (!sandbox.open) return w.sandboxClosed;
  return sandbox.network === "none" ? w.sandboxNoNetwork : w.sandboxReady;
}
