import { A } from "@solidjs/router";
import { createMemo, createSignal, For, Match, Show, Switch } from "solid-js";
import IconProject from "~icons/lucide/folder-git-2";
import IconPlus from "~icons/lucide/plus";
import type { Project } from "../api.ts";
import { Button } from "../elements/Button.tsx";
import { ErrorNotice, Skeleton } from "../elements/Notice.tsx";
import { ago } from "../format.ts";
import { useApp } from "../shell/app-context.tsx";
import { createTitle, focusHeading } from "../shell/page-head.ts";
import { LinkRepositoryDialog } from "../start/LinkRepositoryDialog.tsx";
import { NothingYet } from "../tasks/Board.tsx";
import { words } from "../words.ts";

/** The repositories agents may work on. */
export default function ProjectsPage() {
  const app = useApp();
  const [linking, setLinking] = createSignal(false);
  let heading: HTMLHeadingElement | undefined;
  createTitle(() => words.projects.title, app.session.organization.name);
  focusHeading(() => heading);
  return (
    <div class="h-full overflow-y-auto">
      <header class="flex min-h-14 items-center gap-4 px-6 py-3 max-tablet:px-4">
        <h1 ref={heading} tabindex="-1" class="flex-1 text-page font-semibold">
          {words.projects.title}
        </h1>
        <Button look="primary" onClick={() => setLinking(true)}>
          <IconPlus />
          {words.projects.link}
        </Button>
      </header>
      <Show when={app.listError()}>
        {(problem) => <ErrorNotice class="mx-4 mb-3">{problem()}</ErrorNotice>}
      </Show>
      <Switch fallback={<ProjectRows projects={app.projects() ?? []} />}>
        <Match when={app.projects() === null}>
          <Show when={app.listError() === null}>
            <Skeleton rows={4} label={words.projects.title} />
          </Show>
        </Match>
        <Match when={app.projects()?.length === 0}>
          <NothingYet text={words.projects.empty} />
        </Match>
      </Switch>
      <LinkRepositoryDialog
        open={linking()}
        onClose={() => setLinking(false)}
        onLinked={() => setLinking(false)}
      />
    </div>
  );
}

function ProjectRows(props: { projects: readonly Project[] }) {
  return (
    <ul class="border-t border-line">
      <For each={props.projects}>{(project) => <ProjectRow project={project} />}</For>
    </ul>
  );
}

function ProjectRow(props: { project: Project }) {
  const app = useApp();
  const tasks = createMemo(() =>
    (app.tasks() ?? []).filter((task) => task.projectId === props.project.projectId),
  );
  return (
    <li class="flex min-h-14 flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-6 py-2 max-tablet:px-4">
      <IconProject class="icon text-text-2" />
      <div class="min-w-0 flex-1 basis-48">
        <h2 class="flex items-center gap-2 text-base font-medium tracking-normal">
          <span class="truncate">{props.project.name}</span>
          <Show when={props.project.kind === "sample"}>
            <span class="rounded-tag border border-line px-1.5 text-caption font-normal text-text-2">
              {words.projects.sampleTag}
            </span>
          </Show>
        </h2>
        <p class="truncate font-mono text-meta text-text-3" title={props.project.url}>
          {props.project.url}
        </p>
      </div>
      <span class="text-meta text-text-2">
        {props.project.defaultBranch === null
          ? words.projects.headBranch
          : words.projects.defaultBranch(props.project.defaultBranch)}
      </span>
      <A
        href={app.href(`/tasks?project=${props.project.projectId}`)}
        class="inline-flex min-h-6 items-center text-meta text-accent hover:underline max-tablet:min-h-11"
      >
        {words.projects.tasks(tasks().length)}
      </A>
      <span class="text-meta text-text-3 max-tablet:hidden" title={props.project.linkedAt}>
        {words.projects.linked(ago(props.project.linkedAt, app.now()))}
      </span>
      <Button
        onClick={() => app.openNewTask(props.project.projectId)}
        aria-label={words.projects.newTask(props.project.name)}
      >
        {words.tasks.newTask}
      </Button>
    </li>
  );
}
