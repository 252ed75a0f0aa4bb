import { A } from "@solidjs/router";
import { For, type JSX, Match, Show, Switch } from "solid-js";
import IconOk from "~icons/lucide/check";
import IconRunning from "~icons/lucide/circle-dot";
import IconDeleted from "~icons/lucide/file-minus-2";
import IconModified from "~icons/lucide/file-pen-line";
import IconAdded from "~icons/lucide/file-plus-2";
import IconFailed from "~icons/lucide/x";
import { isBad } from "../cards/CommandBody.tsx";
import { Counts } from "../cards/EditBody.tsx";
import type { FileDiff } from "../diff/parse-diff.ts";
import { ago, exact, shortCommit, timeWithSeconds, UNKNOWN } from "../format.ts";
import type { CheckRun } from "../run-state/checks.ts";
import { useRun } from "../run-state/run-context.tsx";
import { useApp } from "../shell/app-context.tsx";
import { words } from "../words.ts";

const SHOWN_FILES = 12;
const w = words.run.rail;

/** Changes, checks and facts of the run, each a way to its tab. */
export function RunRail() {
  const app = useApp();
  const run = useRun();
  const tab = (name: string) => app.href(`/runs/${run.runId}/${name}`);
  return (
    <div class="space-y-6 p-4">
      <Section heading={w.changes} aside={<Counted />}>
        <For
          each={run.changes.files().slice(0, SHOWN_FILES)}
          fallback={<p class="text-text-3">{w.noChanges}</p>}
        >
          {(file) => <FileLine file={file} href={tab("changes")} />}
        </For>
        <Show when={run.changes.files().length > SHOWN_FILES}>
          <A href={tab("changes")} class="inline-flex min-h-6 items-center text-accent hover:underline">
            {words.panels.changes.total(run.changes.files().length)}
          </A>
        </Show>
        <Show when={run.changes.from() === "edits" && run.changes.files().length > 0}>
          <p class="mt-1 text-meta text-text-3">{w.soFar}</p>
        </Show>
      </Section>
      <Section heading={w.checks}>
        <For each={run.checks().checks} fallback={<p class="text-text-3">{w.noChecks}</p>}>
          {(check) => <CheckLine check={check} href={tab("checks")} />}
        </For>
      </Section>
      <Section heading={w.run}>
        <RunLines />
      </Section>
    </div>
  );
}

function Section(props: { heading: string; aside?: JSX.Element; children: JSX.Element }) {
  return (
    <section>
      <div class="mb-1.5 flex justify-between">
        <h2 class="text-meta font-normal tracking-normal text-text-2">{props.heading}</h2>
        {props.aside}
      </div>
      {props.children}
    </section>
  );
}

function Counted() {
  const { changes } = useRun();
  return (
    <Show when={changes.files().length > 0}>
      <Counts additions={changes.additions()} deletions={changes.deletions()} />
    </Show>
  );
}

function FileLine(props: { file: FileDiff; href: string }) {
  const name = () => props.file.path.slice(props.file.path.lastIndexOf("/") + 1);
  const hash = () => `${props.href}#${encodeURIComponent(props.file.path)}`;
  return (
    <A
      href={hash()}
      title={props.file.path}
      class="flex min-h-6 items-center gap-2 rounded-tag hover:bg-sunken"
    >
      <FileIcon file={props.file} />
      <span class="min-w-0 flex-1 truncate font-mono text-meta">{name()}</span>
      <Counts additions={props.file.additions} deletions={props.file.deletions} />
    </A>
  );
}

export function FileIcon(props: { file: FileDiff }) {
  return (
    <Switch fallback={<IconModified class="icon text-text-2" />}>
      <Match when={props.file.status === "added"}>
        <IconAdded class="icon text-green" />
      </Match>
      <Match when={props.file.status === "deleted"}>
        <IconDeleted class="icon text-red" />
      </Match>
    </Switch>
  );
}

function CheckLine(props: { check: CheckRun; href: string }) {
  const call = () => props.check.card.call;
  const end = () => {
    const { state, exitCode } = call();
    if (state === "running") return w.running;
    const end = exitCode === null ? w.noExit : w.exit(exitCode);
    return props.check.stale ? w.stale(end) : end;
  };
  return (
    <A href={props.href} class="flex min-h-6 items-center gap-2 rounded-tag hover:bg-sunken">
      <Switch fallback={<IconOk class="icon text-green" />}>
        <Match when={call().state === "running"}>
          <IconRunning class="icon text-accent" />
        </Match>
        <Match when={isBad(call())}>
          <IconFailed class="icon text-red" />
        </Match>
      </Switch>
      <span class="min-w-0 flex-1 truncate font-mono text-meta">{props.check.name}</span>
      <span class="tabular shrink-0 text-meta text-text-2">{end()}</span>
    </A>
  );
}

function RunLines() {
  const app = useApp();
  const run = useRun();
  const facts = run.store.facts;
  const starter = () => {
    const { requestedBy } = facts();
    return requestedBy === null ? UNKNOWN : app.nameOf(requestedBy);
  };
  const holder = () => {
    const { state } = facts();
    return state.status === "none" ? null : state.holder;
  };
  const base = () => {
    const { base: found } = facts();
    return found === null ? null : [found.branch, found.commit ? shortCommit(found.commit) : ""].join(" ");
  };
  return (
    <dl class="space-y-1">
      <Fact label={w.startedBy} value={starter()} />
      <Fact label={w.requested} value={facts().requestedAt && timeWithSeconds(facts().requestedAt ?? "")} />
      <Fact label={w.drivenBy} value={holder()} />
      <Fact label={w.base} value={base()} mono />
      <Fact label={w.branch} value={facts().request?.branch ?? null} mono />
      <Show when={facts().checkpoint}>
        {(checkpoint) => (
          <Fact
            label={w.checkpoint}
            value={w.checkpointAt(facts().checkpoints, ago(checkpoint().at, app.now()))}
          />
        )}
      </Show>
      <Fact label={w.tools} value={exact(run.store.view().callCards.size)} />
    </dl>
  );
}

function Fact(props: { label: string; value: string | null; mono?: boolean }) {
  return (
    <Show when={props.value}>
      <div class="flex gap-3 text-meta">
        <dt class="w-24 shrink-0 text-text-2">{props.label}</dt>
        <dd class={`min-w-0 break-words ${props.mono ? "font-mono" : ""}`}>{props.value}</dd>
      </div>
    </Show>
  );
}
