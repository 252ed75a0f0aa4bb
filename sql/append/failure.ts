import pg from "pg";

/**
 * lost: the connection broke, so what happened is unknown. busy: locks, worth another try in smaller parts.
 * bad: something in the batch. full: disk or memory, nothing in the batch is to blame.
 */
export type Failure = "lost" | "busy" | "bad" | "full";

/** Serialization, deadlock, lock not available in time, and a unique key that somebody took without the lock. */
const BUSY = ["40001", "40P01", "55P03", "23505"];
/** Classes: connection, operator intervention (shutdown), resources, system error. */
const LOST_CLASSES = ["08", "57"];
const FULL_CLASSES = ["53", "58", "XX"];

export function failureOf(error: unknown): Failure {
  if (!(error instanceof pg.DatabaseError)) return "lost";
  const code = error.code ?? "";
  if (BUSY.includes(code)) return "busy";
  if (LOST_CLASSES.includes(code.slice(0, 2))) return "lost";
  return FULL_CLASSES.includes(code.slice(0, 2)) ? "full" : "bad";
}
