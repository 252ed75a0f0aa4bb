import { A, useNavigate } from "@solidjs/router";
import { createSignal, Show } from "solid-js";
import IconBranch from "~icons/lucide/git-branch";
import IconPlay from "~icons/lucide/play";
import IconWatch from "~icons/lucide/radio";
import IconStop from "~icons/lucide/square";
import { Brand } from "../elements/Brand.tsx";
import { Button } from "../elements/Button.tsx";
import { Kbd } from "../elements/Kbd.tsx";
import { useApp } from "../shell/app-context.tsx";
import { keyName, onKeys } from "../shell/keys.ts";
import { createTitle, focusHeading } from "../shell/page-head.ts";
import { ThemeButton } from "../shell/ThemeSwitch.tsx";
import { LinkRepositoryDialog } from "../start/LinkRepositoryDialog.tsx";
import { MachineChecks } from "../start/MachineChecks.tsx";
import { TaskFields } from "../start/TaskFields.tsx";
import { createTaskDraft } from "../start/task-draft.ts";
import { words } from "../words.ts";

/** The first task: everything is filled in, one press starts it. */
export default function StartPage() {
  const app = useApp();
  createTitle(() => words.start.title, app.session.organization.name);
  return (
    <div class="h-full overflow-y-auto">
      <header class="flex items-center gap-2 px-6 py-4 max-tablet:px-5">
        <A href={app.href("/tasks")} class="flex items-center gap-2 text-reading font-semibold">
          <Brand />
          {words.shell.product}
        </A>
        <span class="flex-1" />
        <ThemeButton />
      </header>
      <div class="mx-auto grid max-w-[1136px] grid-cols-[minmax(0,480px)_minmax(0,1fr)] gap-[72px] px-5 pt-[clamp(12px,11vh,100px)] pb-12 max-desktop:grid-cols-1 max-desktop:gap-10 max-desktop:pt-6">
        <FirstTask />
        <div class="flex flex-col gap-4">
          <MachineChecks />
          <NextMinute />
        </div>
      </div>
    </div>
  );
}

function FirstTask() {
  const app = useApp();
  const navigate = useNavigate();
  const [linking, setLinking] = createSignal(false);
  const draft = createTaskDraft(app, { sampleText: words.start.sampleTask });
  let heading: HTMLHeadingElement | undefined;
  focusHeading(() => heading);
  const start = async () => {
    const started = await draft.start();
    if (started) navigate(app.href(`/runs/${started.runId}`));
  };
  onKeys((event, command) => {
    if (command && event.key === "Enter" && !linking()) void start();
  });
  const again = () => (app.tasks()?.length ?? 0) > 0;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <h1
        ref={heading}
        tabindex="-1"
        class="text-start font-semibold max-tablet:text-[28px] max-tablet:leading-9"
      >
        {again() ? words.start.headingAgain : words.start.heading}
      </h1>
      <p class="mt-2.5 mb-6 text-[15px] leading-6 text-text-2">{words.start.lead}</p>
      <TaskFields draft={draft} />
      <Button type="submit" look="primary" size="large" class="mt-6 w-full" aria-disabled={draft.blocked()}>
        <IconPlay />
        {draft.sending() ? words.start.submitting : words.start.submit}
        <Kbd class="border-current! text-current! opacity-75">{keyName("⌘⏎")}</Kbd>
      </Button>
      <p class="mt-4 text-center">
        <button
          type="button"
          class="min-h-6 font-medium text-accent hover:underline max-tablet:min-h-11"
          onClick={() => setLinking(true)}
        >
          {words.start.link}
        </button>
      </p>
      <LinkRepositoryDialog
        open={linking()}
        onClose={() => setLinking(false)}
        onLinked={(projectId) => {
          draft.setRepository(projectId);
          setLinking(false);
        }}
      />
    </form>
  );
}

function NextMinute() {
  const app = useApp();
  const onlyScripted = () =>
    app.models()?.models.every((model) => model.scripted || !model.available) ?? false;
  return (
    <section aria-labelledby="next-minute" class="px-1">
      <h2 id="next-minute" class="text-meta font-normal tracking-normal text-text-2">
        {words.start.next.heading}
      </h2>
      <ul class="mt-2 space-y-1.5 text-text-2">
        <li class="flex items-center gap-2">
          <IconWatch class="icon text-accent" />
          {words.start.next.watch}
        </li>
        <li class="flex items-center gap-2">
          <IconStop class="icon text-amber" />
          {words.start.next.stop}
        </li>
        <li class="flex items-center gap-2">
          <IconBranch class="icon text-green" />
          {words.start.next.branch}
        </li>
      </ul>
      <Show when={onlyScripted()}>
        <p class="mt-3 text-meta text-text-3">{words.start.ownKeyHint}</p>
      </Show>
    </section>
  );
}
