/** When a run worked, in ISO 8601. Lists know of no pauses. */
export type WorkTimes = {
  startedAt: string | null;
  endedAt: string | null;
  pausedAt?: string | null;
  /** Finished pauses, in milliseconds. */
  pausedMs?: number;
};

/** Milliseconds at work up to `now`, the same wherever a run shows: without its pauses; null before the start. */
export function timeAtWork(run: WorkTimes, now: number): number | null {
  if (run.startedAt === null) return null;
  const until = run.endedAt ?? run.pausedAt ?? null;
  const end = until === null ? now : Date.parse(until);
  return Math.max(0, end - Date.parse(run.startedAt) - (run.pausedMs ?? 0));
}

/** The same for a run that has ended; null while it is under way, and when it ended before its start. */
export function timeTaken(run: WorkTimes): number | null {
  return run.endedAt === null ? null : timeAtWork(run, Date.parse(run.endedAt));
}
