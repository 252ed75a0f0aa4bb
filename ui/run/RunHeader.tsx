import { A } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import IconBack from "~icons/lucide/chevron-left";
import IconRight from "~icons/lucide/chevron-right";
import IconBranch from "~icons/lucide/git-branch";
import IconRail from "~icons/lucide/panel-right";
import IconAgain from "~icons/lucide/rotate-ccw";
import IconStop from "~icons/lucide/square";
import { isTerminal } from "../../core/run/state.ts";
import { titleOf } from "../../core/task/title.ts";
import { Button, IconButton } from "../elements/Button.tsx";
import { ErrorNotice } from "../elements/Notice.tsx";
import { StatusPill } from "../elements/Status.tsx";
import { createRunActs } from "../run-state/run-acts.ts";
import { useRun } from "../run-state/run-context.tsx";
import { useApp } from "../shell/app-context.tsx";
import { keyName, onKeys } from "../shell/keys.ts";
import { focusHeading } from "../shell/page-head.ts";
import { words } from "../words.ts";
import { Facts } from "./Facts.tsx";
import { StopDialog } from "./StopDialog.tsx";

/** Where the run belongs, its title and status, what one can do, and its facts. */
export function RunHeader(props: { railShown: boolean; onRail(): void }) {
  const run = useRun();
  const acts = createRunActs();
  const [asking, setAsking] = createSignal(false);
  let heading: HTMLHeadingElement | undefined;
  focusHeading(() => heading);
  const live = () => !isTerminal(run.status());
  onKeys((event, command) => {
    if (!command || event.key !== "Backspace" || !live()) return;
    event.preventDefault();
    setAsking(true);
  });
  return (
    <header class="px-5 pt-2.5 max-tablet:px-4">
      <Crumbs />
      <div class="flex items-start gap-3">
        <h1
          ref={heading}
          tabindex="-1"
          class="flex min-w-0 flex-1 flex-wrap items-center gap-x-2.5 gap-y-1 text-page font-semibold"
        >
          <span class="line-clamp-2 min-w-0">
            {run.task()?.title ?? titleOf(run.store.facts().request?.prompt ?? "")}
          </span>
          <span class="text-base tracking-normal max-tablet:hidden" aria-live="assertive">
            <StatusPill status={run.status()} />
          </span>
        </h1>
        <div class="flex shrink-0 items-center gap-2">
          <Show when={live()} fallback={<AgainButton acts={acts} />}>
            <Button
              onClick={() => setAsking(true)}
              aria-label={words.run.stop}
              title={keyName("⌘⌫")}
              class="max-tablet:-mt-2"
            >
              <IconStop />
              <span class="max-tablet:sr-only">{words.run.stop}</span>
            </Button>
          </Show>
          <IconButton
            label={words.run.rail.show}
            keys={keyName("⌘.")}
            aria-pressed={props.railShown}
            onClick={props.onRail}
            class="max-tablet:hidden"
          >
            <IconRail />
          </IconButton>
        </div>
      </div>
      <Facts />
      <Show when={acts.problem()}>{(text) => <ErrorNotice class="mt-2">{text()}</ErrorNotice>}</Show>
      <StopDialog
        open={asking()}
        onClose={() => setAsking(false)}
        onStop={() => {
          setAsking(false);
          void acts.stop();
        }}
      />
    </header>
  );
}

function AgainButton(props: { acts: ReturnType<typeof createRunActs> }) {
  return (
    <Button onClick={props.acts.again} aria-disabled={props.acts.busy()} aria-label={words.run.again}>
      <IconAgain />
      <span class="max-tablet:sr-only">{words.run.again}</span>
    </Button>
  );
}

function Crumbs() {
  const app = useApp();
  const run = useRun();
  const branch = () => run.store.facts().request?.branch ?? run.summary()?.branch;
  const number = () => run.task()?.number;
  return (
    <nav aria-label={words.run.crumbs} class="flex min-h-6 items-center gap-1.5 text-meta text-text-2">
      <A
        href={app.href("/tasks")}
        aria-label={words.shell.tasks}
        class="-ml-3 inline-grid size-11 place-items-center tablet:hidden"
      >
        <IconBack />
      </A>
      <Show when={run.project()}>
        {(project) => (
          <A
            href={app.href(`/tasks?project=${project().projectId}`)}
            class="min-w-0 truncate hover:text-text hover:underline"
          >
            {project().name}
          </A>
        )}
      </Show>
      <Show when={number()}>
        {(known) => (
          <>
            <IconRight class="icon size-3.5" />
            <span class="tabular">{words.tasks.number(known())}</span>
          </>
        )}
      </Show>
      <Show when={(run.summary()?.attempt ?? 1) > 1}>
        <IconRight class="icon size-3.5" />
        <span>{words.run.attempt(run.summary()?.attempt ?? 1)}</span>
      </Show>
      <Show when={branch()}>
        {(name) => (
          <span class="ml-1 inline-flex min-w-0 items-center gap-1.5 max-tablet:hidden">
            <IconBranch class="icon size-3.5" />
            <span class="truncate font-mono">{name()}</span>
          </span>
        )}
      </Show>
      <span class="flex-1 tablet:hidden" />
      <span class="shrink-0 tablet:hidden">
        <StatusPill status={run.status()} />
      </span>
    </nav>
  );
}
