import { A } from "@solidjs/router";
import { createMemo, For, Show } from "solid-js";
import type { Task } from "../api.ts";
import { StatusIcon } from "../elements/Status.tsx";
import { timeAtWork } from "../fold/time-at-work.ts";
import { roughly } from "../format.ts";
import { useApp } from "../shell/app-context.tsx";
import { ColumnHeading } from "./Board.tsx";
import { byColumn, costOf, PHONE_COLUMNS, standing } from "./columns.ts";

/** The board on a phone: one list, what needs a person first. */
export function PhoneTasks(props: { tasks: readonly Task[] }) {
  const columns = createMemo(() => byColumn(props.tasks));
  return (
    <div class="px-4 pb-6 tablet:hidden">
      <For each={PHONE_COLUMNS}>
        {(column) => (
          <Show when={columns()[column].length > 0}>
            <section class="mb-4">
              <ColumnHeading
                column={column}
                count={columns()[column].length}
                class="border-b border-line px-0! text-text-2"
              />
              <ul>
                <For each={columns()[column]}>{(task, place) => <TaskRow task={task} place={place()} />}</For>
              </ul>
            </section>
          </Show>
        )}
      </For>
    </div>
  );
}

function TaskRow(props: { task: Task; place: number }) {
  const app = useApp();
  const run = () => props.task.runs[0];
  const started = () => (run()?.startedAt ? run() : undefined);
  const detail = () => {
    const known = run();
    const time = known ? timeAtWork(known, app.now()) : null;
    const second = standing(props.task, props.place, app.now()) || (time === null ? "" : roughly(time));
    return [props.task.projectName, second].filter((part) => part !== "").join(", ");
  };
  return (
    <li class="border-b border-line">
      <A
        href={app.href(run() ? `/runs/${run()?.runId}` : `/tasks/${props.task.taskId}`)}
        class="flex min-h-14 items-center gap-3 py-2"
      >
        <StatusIcon status={run()?.status ?? "queued"} named class="[&_svg]:size-5" />
        <span class="min-w-0 flex-1">
          <span class="block truncate font-medium">{props.task.title}</span>
          <span class="block truncate text-meta text-text-2">{detail()}</span>
        </span>
        <Show when={started()}>
          {(known) => <span class="tabular text-meta text-text-2">{costOf(known(), app.models())}</span>}
        </Show>
      </A>
    </li>
  );
}
