import { type Accessor, createContext, useContext } from "solid-js";
import type { RunStatus } from "../../core/run/state.ts";
import type { Project, RunSummary, Task } from "../api.ts";
import type { RunStore } from "../store.ts";
import type { Changes } from "./changes.ts";
import type { CheckList } from "./checks.ts";
import type { Steers } from "./steers.ts";

/** What the parts of a run's page share. Task and project are null until a list has them. */
export type RunPageData = {
  runId: string;
  store: RunStore;
  task: Accessor<Task | null>;
  project: Accessor<Project | null>;
  summary: Accessor<RunSummary | null>;
  /** From the events; before the first of them, from the list's row. */
  status: Accessor<RunStatus>;
  changes: Changes;
  checks: Accessor<CheckList>;
  steers: Steers;
};

export const RunContext = createContext<RunPageData>();

export function useRun(): RunPageData {
  const run = useContext(RunContext);
  if (!run) throw new Error("useRun stands outside of a run's page.");
  return run;
}
