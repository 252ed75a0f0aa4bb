import { A } from "@solidjs/router";
import { type JSX, Match, Show, Switch } from "solid-js";
import IconStopped from "~icons/lucide/ban";
import IconCompleted from "~icons/lucide/circle-check";
import IconFailed from "~icons/lucide/circle-x";
import IconAgain from "~icons/lucide/rotate-ccw";
import { Button, buttonClass } from "../elements/Button.tsx";
import { CopyButton } from "../elements/CopyButton.tsx";
import { ErrorNotice } from "../elements/Notice.tsx";
import { createRunActs } from "../run-state/run-acts.ts";
import { useRun } from "../run-state/run-context.tsx";
import { useApp } from "../shell/app-context.tsx";
import { words } from "../words.ts";

const w = words.run.end;

/** In the composer's place once the run has ended: what came of it, and what next. */
export function EndStrip() {
  const run = useRun();
  const acts = createRunActs();
  return (
    <section class="mx-auto w-full max-w-[828px] px-6 pt-1 pb-4 max-tablet:px-3 max-tablet:pb-[max(12px,env(safe-area-inset-bottom))]">
      <Show when={acts.problem()}>{(text) => <ErrorNotice class="mb-2">{text()}</ErrorNotice>}</Show>
      <Switch>
        <Match when={run.status() === "completed"}>
          <Completed acts={acts} />
        </Match>
        <Match when={run.status() === "error"}>
          <Failed acts={acts} />
        </Match>
        <Match when={run.status() === "aborted"}>
          <Box
            tone="border-line bg-soft-gray"
            icon={<IconStopped class="icon mt-0.5 text-gray" />}
            text={w.aborted}
          >
            <AgainButton acts={acts} />
          </Box>
        </Match>
      </Switch>
    </section>
  );
}

type Acts = ReturnType<typeof createRunActs>;

function Completed(props: { acts: Acts }) {
  const app = useApp();
  const run = useRun();
  const done = () => run.store.facts().completed;
  const branch = () => (done() ? (done()?.branch ?? null) : (run.summary()?.branch ?? null));
  const command = (name: string) => {
    return run.project()?.kind === "path" ? w.checkoutLocal(name) : w.checkoutCommand(name);
  };
  return (
    <Box
      tone="border-line bg-soft-green"
      icon={<IconCompleted class="icon mt-0.5 text-green" />}
      text={branch() === null ? w.unchanged : w.completed(branch() ?? "")}
    >
      <Show when={branch()}>
        <A href={app.href(`/runs/${run.runId}/changes`)} class={buttonClass("primary")}>
          {w.seeChanges}
        </A>
      </Show>
      <Show when={run.task()?.status === "in_review"}>
        <Button onClick={props.acts.accept} aria-disabled={props.acts.busy()}>
          {words.run.accept}
        </Button>
      </Show>
      <Show when={run.project()?.kind === "sample"}>
        <A href={app.href("/projects")} class={buttonClass("plain")}>
          {w.ownRepository}
        </A>
      </Show>
      <Show when={run.project()?.kind !== "sample" && branch()}>
        {(name) => <TakeIt command={command(name())} />}
      </Show>
    </Box>
  );
}

/** The line that brings the branch into a clone. */
function TakeIt(props: { command: string }) {
  return (
    <div class="flex w-full min-w-0 items-center gap-1 text-meta">
      <span class="shrink-0 text-text-2 max-tablet:hidden">{w.checkout}</span>
      <code class="min-w-0 flex-1 truncate px-1" title={props.command}>
        {props.command}
      </code>
      <CopyButton text={props.command} name={w.copyCommand} />
    </div>
  );
}

function Failed(props: { acts: Acts }) {
  const run = useRun();
  const failure = () => run.store.facts().failure ?? run.summary()?.error ?? { code: "", message: w.failed };
  const details = () =>
    `${failure().code}: ${failure().message}\nrun ${run.runId}, event ${run.store.view().position}`;
  return (
    <Box
      tone="border-red bg-soft-red"
      icon={<IconFailed class="icon mt-0.5 text-red" />}
      text={failure().message}
    >
      <AgainButton acts={props.acts} />
      <CopyButton text={details()} name={w.copyDetails} label={w.copyDetails} />
    </Box>
  );
}

function AgainButton(props: { acts: Acts }) {
  return (
    <Button onClick={props.acts.again} aria-disabled={props.acts.busy()}>
      <IconAgain />
      {words.run.again}
    </Button>
  );
}

function Box(props: { tone: string; icon: JSX.Element; text: string; children: JSX.Element }) {
  return (
    <div class={`rounded-sheet border p-3 ${props.tone}`}>
      <p class="flex gap-2">
        {props.icon}
        <span class="min-w-0">{props.text}</span>
      </p>
      <div class="mt-2.5 flex flex-wrap gap-2 tablet:pl-6">{props.children}</div>
    </div>
  );
}
