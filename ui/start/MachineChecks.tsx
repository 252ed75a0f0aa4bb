import { createResource, For, Match, Show, Switch } from "solid-js";
import IconOptional from "~icons/lucide/circle";
import IconOk from "~icons/lucide/circle-check";
import IconFailed from "~icons/lucide/circle-x";
import type { Check } from "../../core/asks.ts";
import { Button } from "../elements/Button.tsx";
import { Skeleton } from "../elements/Notice.tsx";
import { duration } from "../format.ts";
import { useApp } from "../shell/app-context.tsx";
import { sentenceOf } from "../shell/create-app.ts";
import { words } from "../words.ts";

/** Whether this machine can run an agent: each part was tried by using it. */
export function MachineChecks() {
  const app = useApp();
  // With a value from the start the page does not wait for the machine.
  const [answer, { refetch }] = createResource(() => app.api.checks(), { initialValue: undefined });
  const found = () => (answer.error ? undefined : answer.latest);
  const heading = () => {
    if (answer.error) return words.start.checks.failed;
    const checks = found()?.checks;
    if (!checks) return words.start.checks.checking;
    return checks.some((check) => check.state === "failed")
      ? words.start.checks.notReady
      : words.start.checks.ready;
  };
  return (
    <section
      aria-labelledby="checks"
      aria-busy={answer.loading}
      class="rounded-sheet border border-line px-5 py-4"
    >
      <div class="flex min-h-7 items-center gap-3 pb-3">
        <h2 id="checks" class="flex-1 text-reading font-semibold">
          {heading()}
        </h2>
        <Show when={found()}>
          {(checks) => (
            <span class="text-meta text-text-3">
              {words.start.checks.took(duration(checks().durationMs))}
            </span>
          )}
        </Show>
        <Show when={answer.error || found()?.checks.some((check) => check.state === "failed")}>
          <Button onClick={() => refetch()} aria-disabled={answer.loading}>
            {words.start.checks.again}
          </Button>
        </Show>
      </div>
      <Switch>
        <Match when={answer.error}>
          {(error) => <p class="border-t border-line pt-3 text-text-2">{sentenceOf(error())}</p>}
        </Match>
        <Match when={found()}>
          {(checks) => (
            <ul>
              <For each={checks().checks}>{(check) => <CheckRow check={check} />}</For>
            </ul>
          )}
        </Match>
        <Match when={answer.loading}>
          <Skeleton rows={6} label={words.start.checks.checking} />
        </Match>
      </Switch>
    </section>
  );
}

function CheckRow(props: { check: Check }) {
  return (
    <li class="flex min-h-16 items-start gap-3 border-t border-line py-3">
      <span class={`mt-0.5 [&_svg]:size-5 ${stateColor(props.check.state)}`}>
        <Switch>
          <Match when={props.check.state === "ok"}>
            <IconOk />
          </Match>
          <Match when={props.check.state === "failed"}>
            <IconFailed />
          </Match>
          <Match when={props.check.state === "optional"}>
            <IconOptional />
          </Match>
        </Switch>
      </span>
      <div class="min-w-0 flex-1">
        <h3 class="text-base font-medium tracking-normal">
          {props.check.title}
          <span class="sr-only">: {words.start.checks.states[props.check.state]}</span>
        </h3>
        <p class="text-meta text-text-2">{props.check.detail}</p>
        <Show when={props.check.advice}>
          <p class={`mt-1 text-meta ${props.check.state === "failed" ? "text-red" : "text-text-3"}`}>
            {props.check.advice}
          </p>
        </Show>
      </div>
    </li>
  );
}

function stateColor(state: Check["state"]): string {
  if (state === "ok") return "text-green";
  return state === "failed" ? "text-red" : "text-text-3";
}
