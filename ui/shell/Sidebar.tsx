import { A } from "@solidjs/router";
import type { JSX } from "solid-js";
import IconProjects from "~icons/lucide/folder-git-2";
import IconTasks from "~icons/lucide/list-checks";
import IconNew from "~icons/lucide/square-pen";
import { Avatar } from "../elements/Avatar.tsx";
import { Brand } from "../elements/Brand.tsx";
import { Kbd } from "../elements/Kbd.tsx";
import { words } from "../words.ts";
import { useApp } from "./app-context.tsx";
import { ConnectionDot } from "./ConnectionDot.tsx";
import { RunningNow } from "./RunningNow.tsx";
import { ThemeButton } from "./ThemeSwitch.tsx";

const ROW =
  "flex min-h-7 w-full items-center gap-2.5 rounded-control px-2 text-base text-text-2 hover:bg-pressed hover:text-text max-desktop:justify-center";

/** 240 px beside the sheet; on a tablet a rail of icons. */
export function Sidebar() {
  const app = useApp();
  return (
    <aside class="flex w-60 shrink-0 flex-col p-2 max-desktop:w-14 max-tablet:hidden">
      <div class="flex h-9 items-center gap-2 px-2 max-desktop:justify-center max-desktop:px-0">
        <Brand />
        <span class="min-w-0 flex-1 truncate font-semibold max-desktop:sr-only">
          {app.session.organization.name}
        </span>
        <span class="max-desktop:hidden">
          <ThemeButton />
        </span>
      </div>
      <nav aria-label={words.shell.navigation} class="-mx-1 mt-2 min-h-0 flex-1 overflow-y-auto p-1">
        <button type="button" class={ROW} title={words.shell.newTask} onClick={() => app.openNewTask()}>
          <IconNew />
          <span class="max-desktop:sr-only">{words.shell.newTask}</span>
          <Kbd class="ml-auto max-desktop:hidden">C</Kbd>
        </button>
        <NavLink href="/tasks" label={words.shell.tasks} icon={<IconTasks />} />
        <NavLink href="/projects" label={words.shell.projects} icon={<IconProjects />} />
        <div class="max-desktop:hidden">
          <RunningNow />
        </div>
      </nav>
      <div class="flex min-h-9 items-center gap-2 px-2 max-desktop:flex-col max-desktop:px-0 max-desktop:pb-2">
        <Avatar name={app.session.person.name} />
        <span class="min-w-0 flex-1 truncate text-base font-medium max-desktop:sr-only">
          {app.session.person.name}
        </span>
        <span class="max-desktop:hidden">
          <ConnectionDot />
        </span>
        <span class="flex flex-col items-center gap-2 desktop:hidden">
          <ThemeButton />
          <ConnectionDot compact />
        </span>
      </div>
    </aside>
  );
}

function NavLink(props: { href: string; label: string; icon: JSX.Element }) {
  const app = useApp();
  return (
    <A
      href={app.href(props.href)}
      title={props.label}
      class={ROW}
      activeClass="bg-pressed font-medium text-text!"
    >
      {props.icon}
      <span class="max-desktop:sr-only">{props.label}</span>
    </A>
  );
}
