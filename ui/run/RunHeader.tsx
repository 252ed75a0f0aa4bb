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
import { shortTitle } from "../run-state/short-title.ts";
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
      <div class="flex items-center gap-2">
        <Crumbs />
        <div class="-mr-1 shrink-0 tablet:hidden">
          <Show
            when={live()}
            fallback={
              <IconButton label={words.run.again} onClick={acts.again} aria-disabled={acts.busy()}>
                <IconAgain />
              </IconButton>
            }
          >
            <MainAct live acts={acts} onStop={() => setAsking(true)} />
          </Show>
        </div>
      </div>
      <div class="flex items-start gap-3 max-tablet:mt-1">
        <h1
          ref={heading}
          tabindex="-1"
          class="flex min-w-0 flex-1 flex-wrap items-center gap-x-2.5 gap-y-1 text-page font-semibold"
        >
          <HeadTitle />
          <span class="text-base tracking-normal max-tablet:hidden" aria-live="assertive">
            <StatusPill status={run.status()} />
          </span>
        </h1>
        <div class="flex shrink-0 items-center gap-2 max-tablet:hidden">
          <MainAct live={live()} acts={acts} onStop={() => setAsking(true)} />
          <IconButton
            label={words.run.rail.show}
            keys={keyName("⌘.")}
            aria-pressed={props.railShown}
            onClick={props.onRail}
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

/** The run's title; on a phone only what it says first. */
function HeadTitle() {
  const run = useRun();
  const title = () => run.task()?.title ?? titleOf(run.store.facts().request?.prompt ?? "");
  const short = () => shortTitle(title());
  return (
    <Show when={short() !== title()} fallback={<span class="line-clamp-2 min-w-0">{title()}</span>}>
      <span class="line-clamp-2 min-w-0 max-tablet:hidden">{title()}</span>
      <span class="line-clamp-3 min-w-0 tablet:hidden">{short()}</span>
    </Show>
  );
}

type MainActProps = { live: boolean; acts: ReturnType<typeof createRunActs>; onStop(): void };

/** To stop it while it is under way, afterwards to run it again. */
function MainAct(props: MainActProps) {
  return (
    <Show
      when={props.live}
      fallback={
        <Button onClick={props.acts.again} aria-disabled={props.acts.busy()}>
          <IconAgain />
          {words.run.again}
        </Button>
      }
    >
      <Button onClick={props.onStop} title={keyName("⌘⌫")}>
        <IconStop />
        {words.run.stop}
      </Button>
    </Show>
  );
}

function Crumbs() {
  const app = useApp();
  const run = useRun();
  const branch = () => run.store.facts().request?.branch ?? run.summary()?.branch;
  const number = () => run.task()?.number;
  return (
    <nav
      aria-label={words.run.crumbs}
      class="flex min-h-6 min-w-0 flex-1 items-center gap-1.5 text-meta text-text-2"
    >
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
            <span class="tabular shrink-0">{words.tasks.number(known())}</span>
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
