import { useNavigate, useParams } from "@solidjs/router";
import { createSignal, lazy, Match, Show, Suspense, Switch } from "solid-js";
import { isTerminal } from "../../core/run/state.ts";
import { Dialog } from "../elements/Dialog.tsx";
import { ChecksPanel } from "../panels/ChecksPanel.tsx";
import { EventsPanel } from "../panels/EventsPanel.tsx";
import { Announcer } from "../run/Announcer.tsx";
import { Composer } from "../run/Composer.tsx";
import { ConnectionStrip } from "../run/ConnectionStrip.tsx";
import { EndStrip } from "../run/EndStrip.tsx";
import { PausedStrip } from "../run/PausedStrip.tsx";
import { RunHeader } from "../run/RunHeader.tsx";
import { RunRail } from "../run/RunRail.tsx";
import { RunTabs, TABS, type TabName, tabPath } from "../run/RunTabs.tsx";
import { Timeline } from "../run/Timeline.tsx";
import { createRun } from "../run-state/create-run.ts";
import { RunContext, useRun } from "../run-state/run-context.tsx";
import { useApp } from "../shell/app-context.tsx";
import { onKeys } from "../shell/keys.ts";
import { createTitle } from "../shell/page-head.ts";
import { words } from "../words.ts";
import { NotFoundPage } from "./NotFoundPage.tsx";

const ChangesPanel = lazy(() =>
  import("../panels/ChangesPanel.tsx").then(({ ChangesPanel }) => ({ default: ChangesPanel })),
);
const FilesPanel = lazy(() =>
  import("../panels/FilesPanel.tsx").then(({ FilesPanel }) => ({ default: FilesPanel })),
);

/** A run's address keeps one page as long as it is the same run: its tabs share what was read. */
export default function RunPage() {
  const params = useParams<{ runId: string; tab?: string }>();
  const tab = (): TabName => TABS.find((name) => name === params.tab) ?? "chat";
  return (
    <Show when={params.runId} keyed>
      {(runId) => <OneRun runId={runId} tab={tab()} />}
    </Show>
  );
}

function OneRun(props: { runId: string; tab: TabName }) {
  const app = useApp();
  const run = createRun(props.runId);
  const rail = createRail();
  const title = () => {
    const name = run.task()?.title ?? words.tasks.title;
    return run.status() === "attention" ? `◆ ${name}` : name;
  };
  createTitle(title, app.session.organization.name);
  listenToTabKeys(props.runId, rail.toggle);
  return (
    <RunContext.Provider value={run}>
      <Show when={!run.missing()} fallback={<NotFoundPage />}>
        <div class="flex h-full flex-col">
          <RunHeader railShown={rail.shown()} onRail={rail.toggle} />
          <RunTabs tab={props.tab} />
          <ConnectionStrip />
          <Announcer />
          <div class="flex min-h-0 flex-1">
            <div class="flex min-w-0 flex-1 flex-col">
              <Suspense>
                <TabBody tab={props.tab} />
              </Suspense>
            </div>
            <Show when={rail.shown() && (props.tab === "chat" || props.tab === "checks")}>
              <aside
                aria-label={words.run.rail.label}
                tabindex="0"
                class="bar-thin w-[316px] shrink-0 overflow-y-auto border-l border-line max-desktop:hidden wide:w-[380px]"
              >
                <RunRail />
              </aside>
            </Show>
          </div>
          <Dialog open={rail.sheet()} onClose={rail.closeSheet} heading={words.run.rail.label}>
            <div class="-mx-4">
              <RunRail />
            </div>
          </Dialog>
        </div>
      </Show>
    </RunContext.Provider>
  );
}

function TabBody(props: { tab: TabName }) {
  return (
    <Switch fallback={<Chat />}>
      <Match when={props.tab === "changes"}>
        <ChangesPanel />
      </Match>
      <Match when={props.tab === "checks"}>
        <ChecksPanel />
      </Match>
      <Match when={props.tab === "files"}>
        <FilesPanel />
      </Match>
      <Match when={props.tab === "events"}>
        <EventsPanel />
      </Match>
    </Switch>
  );
}

function Chat() {
  const run = useRun();
  return (
    <>
      <Timeline />
      <Show when={run.status() === "paused"}>
        <PausedStrip />
      </Show>
      <Show when={!isTerminal(run.status())} fallback={<EndStrip />}>
        <Composer />
      </Show>
    </>
  );
}

/** Beside the chat where there is room, else a sheet. */
function createRail() {
  const wide = matchMedia("(min-width: 1180px)");
  const [shown, setShown] = createSignal(true);
  const [sheet, setSheet] = createSignal(false);
  const toggle = () => (wide.matches ? setShown(!shown()) : setSheet(!sheet()));
  return { shown, sheet, toggle, closeSheet: () => setSheet(false) };
}

function listenToTabKeys(runId: string, toggleRail: () => void): void {
  const app = useApp();
  const navigate = useNavigate();
  onKeys((event, command) => {
    if (!command) return;
    const tab = TABS[Number(event.key) - 1];
    if (tab) navigate(app.href(tabPath(runId, tab)));
    else if (event.key === ".") toggleRail();
    else return;
    event.preventDefault();
  });
}
