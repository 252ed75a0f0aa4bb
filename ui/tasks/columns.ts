import type { Models, RunSummary, Task } from "../api.ts";
import { money, roughly, UNKNOWN } from "../format.ts";
import { words } from "../words.ts";

export const COLUMNS = ["queued", "running", "attention", "review", "done"] as const;
export type Column = (typeof COLUMNS)[number];
/** On a phone what needs a person stands first. */
export const PHONE_COLUMNS: readonly Column[] = ["attention", "running", "review", "queued", "done"];

/** Where a task stands on the board: by its own status, and while it is open by its newest run. */
export function columnOf(task: Task): Column {
  if (task.status === "done" || task.status === "cancelled") return "done";
  if (task.status === "in_review") return "review";
  switch (task.runs[0]?.status) {
    case "starting":
    case "running":
      return "running";
    case "attention":
    case "paused":
      return "attention";
    case "completed":
      return "review";
    case "error":
    case "aborted":
      return "done";
    default:
      return "queued";
  }
}

export function byColumn(tasks: readonly Task[]): Readonly<Record<Column, readonly Task[]>> {
  const found: Record<Column, Task[]> = { queued: [], running: [], attention: [], review: [], done: [] };
  for (const task of tasks) found[columnOf(task)].push(task);
  // The queue is served oldest first.
  return { ...found, queued: found.queued.toReversed() };
}

/** The short line under a card's title that says where the task stands; empty when the column says it all. */
export function standing(task: Task, place: number, now: number): string {
  const run = task.runs[0];
  if (!run) return words.tasks.noRun;
  const column = columnOf(task);
  if (column === "queued") return place === 0 ? words.tasks.next : words.tasks.place(place + 1);
  if (column === "attention")
    return words.tasks.waits(roughly(now - Date.parse(run.startedAt ?? run.requestedAt)));
  if (column !== "done") return "";
  if (task.status === "done") return words.tasks.accepted;
  if (task.status === "cancelled") return words.tasks.cancelled;
  if (run.status === "aborted") return words.tasks.stopped;
  return task.runs.length > 1 ? words.tasks.failedAfter(task.runs.length) : words.tasks.failed;
}

/** Model's own name, without its provider. */
export function modelName(ref: string): string {
  return ref === "demo/rehearsal" ? words.run.facts.rehearsal : ref.slice(ref.indexOf("/") + 1);
}

/**
 * What a run has cost, in words. Before its first call only the catalogue knows whether its model has a price;
 * afterwards the run itself does.
 */
export function costOf(run: Pick<RunSummary, "model" | "usage">, models: Models | null): string {
  const { costMicrodollars, ...counts } = run.usage;
  if (costMicrodollars === null) return words.run.facts.noPrice;
  if (Object.values(counts).some((tokens) => tokens > 0)) return money(costMicrodollars);
  const model = models?.models.find(({ ref }) => ref === run.model);
  if (!model) return UNKNOWN;
  return model.price === null && !model.scripted ? words.run.facts.noPrice : money(costMicrodollars);
}
