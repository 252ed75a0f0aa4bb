import { useSearchParams } from "@solidjs/router";
import { createMemo, Match, Show, Switch } from "solid-js";
import IconProject from "~icons/lucide/folder-git-2";
import IconList from "~icons/lucide/list";
import IconPlus from "~icons/lucide/plus";
import IconBoard from "~icons/lucide/square-kanban";
import { Button } from "../elements/Button.tsx";
import { Kbd } from "../elements/Kbd.tsx";
import { ErrorNotice, Skeleton } from "../elements/Notice.tsx";
import { Segmented } from "../elements/Segmented.tsx";
import { Select } from "../elements/Select.tsx";
import { useApp } from "../shell/app-context.tsx";
import { createTitle, focusHeading } from "../shell/page-head.ts";
import { Board, NothingYet } from "../tasks/Board.tsx";
import { PhoneTasks } from "../tasks/PhoneTasks.tsx";
import { TaskTable } from "../tasks/TaskTable.tsx";
import { words } from "../words.ts";

const ALL = "all";
const VIEWS = [
  { value: "board", label: words.tasks.views.board, icon: () => <IconBoard /> },
  { value: "list", label: words.tasks.views.list, icon: () => <IconList /> },
] as const;

/** Every task of the organization, as a board or as a list; filter and view stand in the address. */
export default function TasksPage() {
  const app = useApp();
  const [search, setSearch] = useSearchParams<{ view?: string; project?: string }>();
  createTitle(() => words.tasks.title, app.session.organization.name);
  const view = () => (search.view === "list" ? "list" : "board");
  const shown = createMemo(() => {
    const tasks = app.tasks() ?? [];
    return search.project ? tasks.filter((task) => task.projectId === search.project) : tasks;
  });
  return (
    <div class="flex h-full flex-col">
      <Head view={view()} project={search.project ?? ALL} onChange={setSearch} />
      <Show when={app.listError()}>
        {(problem) => <ErrorNotice class="mx-4 mb-3">{problem()}</ErrorNotice>}
      </Show>
      <div class="min-h-0 flex-1 max-tablet:overflow-y-auto">
        <Switch>
          <Match when={app.tasks() === null}>
            <Show when={app.listError() === null}>
              <Skeleton rows={5} label={words.tasks.loading} />
            </Show>
          </Match>
          <Match when={shown().length === 0}>
            <NothingYet text={words.tasks.empty} />
          </Match>
          <Match when={view() === "list"}>
            <TaskTable tasks={shown()} />
            <PhoneTasks tasks={shown()} />
          </Match>
          <Match when={view() === "board"}>
            <Board tasks={shown()} />
            <PhoneTasks tasks={shown()} />
          </Match>
        </Switch>
      </div>
    </div>
  );
}

type Change = { view?: string | null; project?: string | null };

function Head(props: { view: "board" | "list"; project: string; onChange(change: Change): void }) {
  const app = useApp();
  let heading: HTMLHeadingElement | undefined;
  focusHeading(() => heading);
  const projects = () => [
    { value: ALL, label: words.tasks.allProjects },
    ...(app.projects() ?? []).map((project) => ({ value: project.projectId, label: project.name })),
  ];
  return (
    <header class="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-2 px-6 py-3 max-tablet:px-4">
      <h1 ref={heading} tabindex="-1" class="text-page font-semibold">
        {words.tasks.title}
      </h1>
      <div class="max-tablet:hidden">
        <Segmented
          label={words.tasks.view}
          options={VIEWS}
          value={props.view}
          onChange={(view) => props.onChange({ view: view === "board" ? null : view })}
        />
      </div>
      <span class="flex-1" />
      <Select
        bar
        label={words.tasks.project}
        choices={projects()}
        value={props.project}
        onChange={(project) => props.onChange({ project: project === ALL ? null : project })}
        placeholder={words.tasks.allProjects}
        icon={<IconProject />}
      />
      <Button look="primary" class="max-tablet:hidden" onClick={() => app.openNewTask()}>
        <IconPlus />
        {words.tasks.newTask}
        <Kbd class="border-current! text-current! opacity-75">C</Kbd>
      </Button>
    </header>
  );
}
