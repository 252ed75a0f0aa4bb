import type { RecordedEvent } from "../../core/event.ts";
import { parseStreamName } from "../../core/stream-name.ts";
import type { ProjectionParts } from "../projection.ts";
import type { TaskRow, TaskRows } from "./rows.ts";

/** A task that is not there was made by an event that has been erased: its later events change nothing. */
export const foldTask: ProjectionParts<TaskRows>["fold"] = {
  TaskCreated: (rows, event) => addTask(rows, event, event.data),
  TaskRenamed: (rows, { stream, data }) => change(rows, stream, { title: data.title }),
  TaskSubmittedForReview: (rows, { stream }) => change(rows, stream, { status: "in_review" }),
  TaskAccepted: (rows, { stream }) => change(rows, stream, { status: "done" }),
  TaskCancelled: (rows, { stream }) => change(rows, stream, { status: "cancelled" }),
};

/** What moves a task is the type, so it moves without the payload too; an erased task keeps its number only. */
export const foldErasedTask: NonNullable<ProjectionParts<TaskRows>["foldErased"]> = {
  TaskCreated: (rows, event) => addTask(rows, event, { projectId: null, title: "(erased)", text: "" }),
  TaskSubmittedForReview: (rows, { stream }) => change(rows, stream, { status: "in_review" }),
  TaskAccepted: (rows, { stream }) => change(rows, stream, { status: "done" }),
  TaskCancelled: (rows, { stream }) => change(rows, stream, { status: "cancelled" }),
};

type Created = { projectId: string | null; title: string; text: string };

function addTask(rows: TaskRows, event: RecordedEvent, { projectId, title, text }: Created): void {
  rows.lastNumber += 1;
  const { id } = parseStreamName(event.stream);
  rows.tasks.set(id, {
    task_id: id,
    number: rows.lastNumber,
    project_id: projectId,
    title,
    text,
    status: "open",
    created_at: event.recordedAt,
    created_by: event.metadata.actor.id,
  });
}

function change(rows: TaskRows, stream: string, changes: Partial<TaskRow>): void {
  const row = rows.tasks.get(parseStreamName(stream).id);
  if (row) Object.assign(row, changes);
}
