import { A } from "@solidjs/router";
import { createSignal, type JSX } from "solid-js";
import IconMore from "~icons/lucide/ellipsis";
import IconProjects from "~icons/lucide/folder-git-2";
import IconTasks from "~icons/lucide/list-checks";
import IconNew from "~icons/lucide/square-pen";
import { Avatar } from "../elements/Avatar.tsx";
import { Dialog } from "../elements/Dialog.tsx";
import { words } from "../words.ts";
import { useApp } from "./app-context.tsx";
import { ConnectionDot } from "./ConnectionDot.tsx";
import { ThemeChoices } from "./ThemeSwitch.tsx";

const ITEM =
  "flex min-h-11 flex-1 flex-col items-center justify-center gap-1 text-caption font-medium text-text-2 [&_svg]:size-[22px]";

/** The phone's navigation, in reach of the thumb. */
export function BottomBar() {
  const app = useApp();
  const [more, setMore] = createSignal(false);
  return (
    <nav
      aria-label={words.shell.navigation}
      class="flex min-h-[72px] shrink-0 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] tablet:hidden"
    >
      <BarLink href="/tasks" label={words.shell.tasks} icon={<IconTasks />} />
      <button type="button" class={ITEM} onClick={() => app.openNewTask()}>
        <IconNew />
        {words.shell.newTask}
      </button>
      <BarLink href="/projects" label={words.shell.projects} icon={<IconProjects />} />
      <button type="button" class={ITEM} aria-haspopup="dialog" onClick={() => setMore(true)}>
        <IconMore />
        {words.shell.more}
      </button>
      <Dialog open={more()} onClose={() => setMore(false)} heading={words.shell.more}>
        <div class="mt-4 flex items-center gap-3">
          <Avatar name={app.session.person.name} />
          <span class="min-w-0 flex-1 truncate font-medium">{app.session.person.name}</span>
          <ConnectionDot />
        </div>
        <div class="mt-4">
          <ThemeChoices />
        </div>
      </Dialog>
    </nav>
  );
}

function BarLink(props: { href: string; label: string; icon: JSX.Element }) {
  const app = useApp();
  return (
    <A href={app.href(props.href)} class={ITEM} activeClass="text-text!">
      {props.icon}
      {props.label}
    </A>
  );
}
