import type { RunStatus } from "../../core/run/state.ts";

/** Statuses of runs as people read them. */
export const statusWords: Readonly<Record<RunStatus, string>> = {
  queued: "Queued",
  starting: "Starting",
  running: "Running",
  attention: "Needs you",
  paused: "Paused",
  completed: "Completed",
  error: "Failed",
  aborted: "Stopped",
};
