import { Route, Router, type RouteSectionProps, useParams } from "@solidjs/router";
import { createResource, lazy, Match, Show, Suspense, Switch } from "solid-js";
import { makeApi, type Session } from "./api.ts";
import { Button } from "./elements/Button.tsx";
import { NotFoundPage } from "./pages/NotFoundPage.tsx";
import { sentenceOf } from "./shell/create-app.ts";
import { Shell } from "./shell/Shell.tsx";
import { words } from "./words.ts";

const HomePage = lazy(() => import("./pages/HomePage.tsx"));
const StartPage = lazy(() => import("./pages/StartPage.tsx"));
const TasksPage = lazy(() => import("./pages/TasksPage.tsx"));
const TaskPage = lazy(() => import("./pages/TaskPage.tsx"));
const RunPage = lazy(() => import("./pages/RunPage.tsx"));
const ProjectsPage = lazy(() => import("./pages/ProjectsPage.tsx"));

/** Names of a run's tabs in its address; the chat has none. */
const RUN_TABS = /^(changes|checks|files|events)$/;

/** Every address of the page. What stands under `/o/<slug>` is in ui.md 2; the rest comes with later issues. */
export function App() {
  return (
    <Router root={(props) => <Suspense>{props.children}</Suspense>}>
      <Route path="/" component={HomePage} />
      <Route path="/o/:slug" component={Organization}>
        <Route path="/" component={HomePage} />
        <Route path="/start" component={StartPage} />
        <Route path="/tasks" component={TasksPage} />
        <Route path="/tasks/:taskId" component={TaskPage} />
        <Route path="/runs/:runId/:tab?" component={RunPage} matchFilters={{ tab: RUN_TABS }} />
        <Route path="/projects" component={ProjectsPage} />
        <Route path="*" component={NotFoundPage} />
      </Route>
      <Route path="*" component={NotFoundPage} />
    </Router>
  );
}

/** Asks who I am before anything else is shown; an address of another organization is nothing here. */
function Organization(props: RouteSectionProps) {
  const params = useParams<{ slug: string }>();
  const [session, { refetch }] = createResource(() => makeApi(null).session());
  const mine = (found: Session) => found.organization.slug === params.slug;
  return (
    <Switch>
      <Match when={session.error}>
        {(error) => (
          <main class="grid h-dvh place-items-center p-6">
            <div class="max-w-md" role="alert">
              <h1 class="text-page font-semibold">{words.shell.product}</h1>
              <p class="mt-2 text-text-2">{sentenceOf(error())}</p>
              <Button class="mt-4" look="primary" onClick={() => refetch()}>
                {words.shell.tryAgain}
              </Button>
            </div>
          </main>
        )}
      </Match>
      <Match when={session()}>
        {(found) => (
          <Show when={mine(found())} fallback={<NotFoundPage />}>
            <Shell {...props} session={found()} />
          </Show>
        )}
      </Match>
    </Switch>
  );
}
