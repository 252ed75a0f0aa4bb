import { type RouteSectionProps, useLocation, useNavigate } from "@solidjs/router";
import { createSignal, ErrorBoundary, lazy, Show, Suspense } from "solid-js";
import type { Session } from "../api.ts";
import { Button } from "../elements/Button.tsx";
import { words } from "../words.ts";
import { AppContext } from "./app-context.tsx";
import { BottomBar } from "./BottomBar.tsx";
import { createApp } from "./create-app.ts";
import { KeysSheet } from "./KeysSheet.tsx";
import { onKeys } from "./keys.ts";
import { Sidebar } from "./Sidebar.tsx";

const NewTaskDialog = lazy(() => import("../tasks/NewTaskDialog.tsx"));

type Wish = { projectId?: string };

/** The frame round every page of an organization: sidebar, the sheet, the phone's bar, and what opens anywhere. */
export function Shell(props: RouteSectionProps & { session: Session }) {
  const [wish, setWish] = createSignal<Wish | null>(null);
  const [keys, setKeys] = createSignal(false);
  const app = createApp(props.session, (projectId) => setWish(projectId ? { projectId } : {}));
  listenToKeys({ go: app.href, newTask: () => setWish({}), showKeys: () => setKeys(true) });
  const location = useLocation();
  const bare = () => location.pathname === app.href("/start");
  const isRun = () => location.pathname.startsWith(app.href("/runs/"));
  return (
    <AppContext.Provider value={app}>
      <a
        href="#content"
        class="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-control focus:bg-ink focus:px-3 focus:py-2 focus:text-on-ink"
      >
        {words.shell.skip}
      </a>
      <div class="flex h-dvh flex-col">
        <div class="flex min-h-0 flex-1">
          <Show when={!bare()}>
            <Sidebar />
          </Show>
          <main
            id="content"
            tabindex="-1"
            class={`min-w-0 flex-1 overflow-hidden bg-surface outline-none ${bare() ? "" : "tablet:my-2 tablet:mr-2 tablet:rounded-sheet tablet:border tablet:border-line"}`}
          >
            <ErrorBoundary fallback={<Crashed />}>
              <Suspense>{props.children}</Suspense>
            </ErrorBoundary>
          </main>
        </div>
        <Show when={!bare() && !isRun()}>
          <BottomBar />
        </Show>
      </div>
      <Suspense>
        <Show when={wish()}>
          {(wanted) => <NewTaskDialog projectId={wanted().projectId} onClose={() => setWish(null)} />}
        </Show>
      </Suspense>
      <KeysSheet open={keys()} onClose={() => setKeys(false)} />
    </AppContext.Provider>
  );
}

function listenToKeys(acts: { go(path: string): string; newTask(): void; showKeys(): void }): void {
  const navigate = useNavigate();
  let went = 0;
  onKeys((event, command) => {
    if (command) return;
    const afterG = event.timeStamp - went < 1_000;
    if (event.key === "g") went = event.timeStamp;
    else if (afterG && event.key === "t") navigate(acts.go("/tasks"));
    else if (afterG && event.key === "p") navigate(acts.go("/projects"));
    else if (event.key === "c") acts.newTask();
    else if (event.key === "?") acts.showKeys();
    else return;
    event.preventDefault();
  });
}

function Crashed() {
  return (
    <div class="grid h-full place-items-center p-6">
      <div class="max-w-md" role="alert">
        <h1 class="text-page font-semibold">{words.shell.crashed.heading}</h1>
        <p class="mt-2 text-text-2">{words.shell.crashed.text}</p>
        <Button class="mt-4" look="primary" onClick={() => location.reload()}>
          {words.shell.reload}
        </Button>
      </div>
    </div>
  );
}
