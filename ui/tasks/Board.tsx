import { createMemo, For, Match, Show, Switch } from "solid-js";
import IconDone from "~icons/lucide/circle-check";
import IconQueued from "~icons/lucide/circle-dashed";
import IconRunning from "~icons/lucide/circle-dot";
import IconReview from "~icons/lucide/git-pull-request-arrow";
import IconNeedsYou from "~icons/lucide/message-circle-question-mark";
import type { Task } from "../api.ts";
import { exact } from "../format.ts";
import { words } from "../words.ts";
import { BoardCard } from "./BoardCard.tsx";
import { byColumn, COLUMNS, type Column } from "./columns.ts";

/** Five columns, one for each thing a task can wait for. */
export function Board(props: { tasks: readonly Task[] }) {
  const columns = createMemo(() => byColumn(props.tasks));
  return (
    <section
      class="bar-thin h-full overflow-x-auto px-4 pb-4 max-tablet:hidden"
      tabindex="0"
      aria-label={words.tasks.views.board}
    >
      <div class="grid h-full min-w-[1040px] grid-cols-5 gap-3">
        <For each={COLUMNS}>{(column) => <BoardColumn column={column} tasks={columns()[column]} />}</For>
      </div>
    </section>
  );
}

function BoardColumn(props: { column: Column; tasks: readonly Task[] }) {
  return (
    <section
      aria-label={words.tasks.columns[props.column]}
      class="flex min-h-0 flex-col rounded-card bg-sunken"
    >
      <ColumnHeading column={props.column} count={props.tasks.length} />
      <ul class="bar-thin min-h-0 flex-1 space-y-2 overflow-y-auto px-2 pb-2">
        <For
          each={props.tasks}
          fallback={<li class="px-1 py-2 text-meta text-text-3">{words.tasks.columnEmpty[props.column]}</li>}
        >
          {(task, place) => (
            <li>
              <BoardCard task={task} place={place()} />
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}

export function ColumnHeading(props: { column: Column; count: number; class?: string }) {
  return (
    <h2
      class={`flex min-h-9 items-center gap-2 px-3 text-base font-medium tracking-normal ${props.class ?? ""}`}
    >
      <ColumnIcon column={props.column} />
      {words.tasks.columns[props.column]}
      <span class="tabular text-meta font-normal text-text-3">{exact(props.count)}</span>
    </h2>
  );
}

function ColumnIcon(props: { column: Column }) {
  return (
    <Switch>
      <Match when={props.column === "queued"}>
        <IconQueued class="icon text-gray" />
      </Match>
      <Match when={props.column === "running"}>
        <IconRunning class="icon text-accent" />
      </Match>
      <Match when={props.column === "attention"}>
        <IconNeedsYou class="icon text-amber" />
      </Match>
      <Match when={props.column === "review"}>
        <IconReview class="icon text-text-2" />
      </Match>
      <Match when={props.column === "done"}>
        <IconDone class="icon text-green" />
      </Match>
    </Switch>
  );
}

/** Shown where a list has nothing at all. */
export function NothingYet(props: { text: string }) {
  return (
    <Show when={props.text}>
      <p class="px-6 py-10 text-center text-text-2">{props.text}</p>
    </Show>
  );
}
