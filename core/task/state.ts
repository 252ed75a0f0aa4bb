import type { TaskEvent } from "./events.ts";

/** none → open ⇄ in_review → done; open and in_review → cancelled. A done or cancelled task never moves. */
export type TaskState =
  | { status: "none" }
  | { status: "open"; title: string; projectId: string }
  | { status: "in_review"; title: string; projectId: string; runId: string }
  | { status: "done"; title: string; projectId: string; runId: string }
  | { status: "cancelled"; title: string; projectId: string };

export const noTask: TaskState = { status: "none" };

export function evolveTask(state: TaskState, event: TaskEvent): TaskState {
  if (event.type === "TaskCreated") {
    return { status: "open", title: event.data.title, projectId: event.data.projectId };
  }
  if (state.status === "none") return state;
  switch (event.type) {
    case "TaskRenamed":
      return { ...state, title: event.data.title };
    case "TaskSubmittedForReview":
      return {
        status: "in_review",
        title: state.title,
        projectId: state.projectId,
        runId: event.data.runId,
      };
    case "TaskAccepted":
      return { status: "done", title: state.title, projectId: state.projectId, runId: event.data.runId };
    case "TaskCancelled":
      return { status: "cancelled", title: state.title, projectId: state.projectId };
    default: {
      const unknown: never = event;
      return unknown;
    }
  }
}
