import { A } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { Task } from "../api.ts";
import { StatusIcon } from "../elements/Status.tsx";
import { timeAtWork } from "../fold/time-at-work.ts";
import { ago, elapsed, UNKNOWN } from "../format.ts";
import { useApp } from "../shell/app-context.tsx";
import { words } from "../words.ts";
import { costOf, modelName } from "./columns.ts";

const CELL = "h-9 px-3 align-middle";
const w = words.tasks.table;

/** All tasks, newest first, as a table. */
export function TaskTable(props: { tasks: readonly Task[] }) {
  return (
    <section
      class="bar-thin h-full overflow-auto px-4 max-tablet:hidden"
      tabindex="0"
      aria-label={words.tasks.views.list}
    >
      <table class="w-full min-w-[860px] border-collapse text-base">
        <thead class="sticky top-0 bg-surface text-left text-meta text-text-3">
          <tr class="border-b border-line">
            <For each={[w.number, w.task, w.project, w.status, w.model]}>
              {(name) => (
                <th scope="col" class={`${CELL} font-normal`}>
                  {name}
                </th>
              )}
            </For>
            <For each={[w.time, w.cost, w.created]}>
              {(name) => (
                <th scope="col" class={`${CELL} text-right font-normal`}>
                  {name}
                </th>
              )}
            </For>
          </tr>
        </thead>
        <tbody>
          <For each={props.tasks}>{(task) => <Row task={task} />}</For>
        </tbody>
      </table>
    </section>
  );
}

function Row(props: { task: Task }) {
  const app = useApp();
  const run = () => props.task.runs[0];
  const time = () => {
    const known = run();
    const ms = known ? timeAtWork(known, app.now()) : null;
    return ms === null ? UNKNOWN : elapsed(ms);
  };
  const cost = () => {
    const known = run();
    return known?.startedAt ? costOf(known, app.models()) : UNKNOWN;
  };
  return (
    <tr class="border-b border-line hover:bg-sunken">
      <td class={`${CELL} tabular text-text-3`}>{words.tasks.number(props.task.number)}</td>
      <td class={`${CELL} max-w-0 w-[40%]`}>
        <A
          href={app.href(run() ? `/runs/${run()?.runId}` : `/tasks/${props.task.taskId}`)}
          class="block truncate font-medium hover:underline"
        >
          {props.task.title}
        </A>
      </td>
      <td class={`${CELL} text-text-2`}>{props.task.projectName}</td>
      <td class={CELL}>
        <Show when={run()} fallback={words.tasks.noRun}>
          {(known) => (
            <span class="inline-flex items-center gap-2">
              <StatusIcon status={known().status} />
              {words.status[known().status]}
            </span>
          )}
        </Show>
      </td>
      <td class={`${CELL} text-text-2`}>{modelName(run()?.model ?? "")}</td>
      <td class={`${CELL} tabular text-right`}>{time()}</td>
      <td class={`${CELL} tabular text-right`}>{cost()}</td>
      <td class={`${CELL} tabular text-right text-text-2`} title={props.task.createdAt}>
        {ago(props.task.createdAt, app.now())}
      </td>
    </tr>
  );
}
