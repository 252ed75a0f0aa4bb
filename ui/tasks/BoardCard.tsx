import { A } from "@solidjs/router";
import { Show } from "solid-js";
import IconModel from "~icons/lucide/bot";
import IconClock from "~icons/lucide/clock";
import IconTimer from "~icons/lucide/timer";
import type { RunSummary, Task } from "../api.ts";
import { Avatar } from "../elements/Avatar.tsx";
import { StatusIcon } from "../elements/Status.tsx";
import { timeAtWork } from "../fold/time-at-work.ts";
import { roughly } from "../format.ts";
import { useApp } from "../shell/app-context.tsx";
import { words } from "../words.ts";
import { type Column, columnOf, costOf, modelName, standing } from "./columns.ts";

/** Number, project, person, title, and what the column makes worth knowing. The whole card leads to the run. */
export function BoardCard(props: { task: Task; place: number }) {
  const app = useApp();
  const run = () => props.task.runs[0];
  const column = () => columnOf(props.task);
  const line = () => standing(props.task, props.place, app.now());
  return (
    <article
      class={`relative rounded-card border bg-raised p-3 shadow-card hover:border-line-strong ${column() === "attention" ? "border-amber" : "border-line"}`}
    >
      <div class="flex min-h-5 items-center gap-2 text-meta text-text-2">
        <span class="tabular">{words.tasks.number(props.task.number)}</span>
        <span class="min-w-0 flex-1 truncate">{props.task.projectName}</span>
        <Avatar name={app.nameOf(props.task.createdBy)} small />
      </div>
      <h3 class="mt-1.5 flex items-start gap-2 text-base font-medium tracking-normal">
        <StatusIcon status={run()?.status ?? "queued"} named class="mt-0.5" />
        <A
          href={app.href(run() ? `/runs/${run()?.runId}` : `/tasks/${props.task.taskId}`)}
          class="min-w-0 after:absolute after:inset-0 after:rounded-card"
        >
          <span class="line-clamp-3">{props.task.title}</span>
        </A>
      </h3>
      <Show when={column() === "done" && run()?.error}>
        {(error) => <p class="mt-1.5 line-clamp-2 text-meta text-text-2">{error().message}</p>}
      </Show>
      <div class="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1 text-meta text-text-2">
        <Show when={run()}>{(known) => <RunFigures run={known()} column={column()} />}</Show>
        <Show when={line()}>
          {(text) => (
            <span class="tabular inline-flex items-center gap-1.5">
              <IconClock class="icon size-3.5" />
              {text()}
            </span>
          )}
        </Show>
      </div>
    </article>
  );
}

/** Before the start the model, while and after it time and cost. */
function RunFigures(props: { run: RunSummary; column: Column }) {
  const app = useApp();
  const time = () => timeAtWork(props.run, app.now());
  const timed = () => (props.column === "running" || props.column === "review" ? time() : null);
  return (
    <>
      <Show when={props.column === "queued"}>
        <span class="inline-flex min-w-0 items-center gap-1.5">
          <IconModel class="icon size-3.5" />
          <span class="truncate">{modelName(props.run.model)}</span>
        </span>
      </Show>
      <Show when={timed() !== null}>
        <span class="tabular inline-flex items-center gap-1.5">
          <IconTimer class="icon size-3.5" />
          {roughly(timed() ?? 0)}
        </span>
      </Show>
      <Show when={time() !== null}>
        <span class="tabular">{costOf(props.run, app.models())}</span>
      </Show>
    </>
  );
}
