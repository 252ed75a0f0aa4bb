import { createMemo, createResource, on, untrack } from "solid-js";
import type { RunStatus } from "../../core/run/state.ts";
import { ApiError } from "../api.ts";
import { useApp } from "../shell/app-context.tsx";
import { createRunStore } from "../store.ts";
import { createChanges } from "./changes.ts";
import { checkList } from "./checks.ts";
import type { RunPageData } from "./run-context.tsx";
import { createSteers } from "./steers.ts";

const NO_EVENT = 0;

/** Everything the parts of a run's page share. `missing`: there is no such run here. */
export function createRun(runId: string): RunPageData & { missing: () => boolean } {
  const app = useApp();
  const store = createRunStore(app.tail, runId);
  const callChanges = createMemo(() => store.view().callChanges);
  const listed = createMemo(
    () => app.tasks()?.find((task) => task.runs.some((run) => run.runId === runId)) ?? null,
  );
  // A run that the lists do not know yet, or any more, is asked for by itself, but not while the lists are
  // behind its first event: then they will have it. Without any event there is probably no such run.
  const unlisted = createMemo(() => {
    const first = store.view().events[0]?.position ?? (store.caughtUp() ? NO_EVENT : null);
    if (app.tasks() === null || listed() !== null || first === null) return false;
    return app.listedTo() >= first ? first : false;
  });
  const [asked] = createResource(
    unlisted,
    (first) =>
      app.api.run(runId, first === NO_EVENT ? undefined : first).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === "not_found") return null;
        throw error;
      }),
    { initialValue: undefined },
  );
  // `latest`: the page does not wait for it. A list that has the run first would leave the wait without an end.
  const answer = () => (asked.error ? null : (asked.latest ?? null));
  const task = createMemo(() => listed() ?? answer()?.task ?? null);
  const summary = createMemo(() => task()?.runs.find((run) => run.runId === runId) ?? answer()?.run ?? null);
  const project = createMemo(
    () =>
      app.projects()?.find(({ projectId }) => projectId === task()?.projectId) ?? answer()?.project ?? null,
  );
  const status = createMemo((): RunStatus => {
    const known = store.facts().state.status;
    return known === "none" ? (summary()?.status ?? "queued") : known;
  });
  return {
    runId,
    store,
    task,
    project,
    summary,
    status,
    changes: createChanges(store, app.api),
    checks: createMemo(on(callChanges, () => checkList(untrack(store.view)))),
    steers: createSteers(app.tail, store, runId),
    missing: () =>
      asked.state === "ready" && asked.latest === null && store.caughtUp() && store.view().position === 0,
  };
}
