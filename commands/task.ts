import type { Decider } from "../core/decider.ts";
import { BadInput, CommandRejected } from "../core/errors.ts";
import type { TaskCommand } from "../core/task/commands.ts";
import type { TaskEvent } from "../core/task/events.ts";
import { evolveTask, noTask, type TaskState } from "../core/task/state.ts";
import { titleOf } from "../core/task/title.ts";
import { checkText } from "./text.ts";

type Data<Type extends TaskCommand["type"]> = Extract<TaskCommand, { type: Type }>["data"];

/** none → open ⇄ in_review → done; open and in_review → cancelled. */
export const taskDecider: Decider<TaskState, TaskCommand, TaskEvent> = {
  initialState: noTask,
  evolve: evolveTask,
  decide(command, state) {
    switch (command.type) {
      case "CreateTask":
        return createTask(command.data, state);
      case "RenameTask":
        return renameTask(command.data, state);
      case "SubmitForReview":
        return submitForReview(command.data, state);
      case "AcceptTask":
        return acceptTask(command.data, state);
      case "CancelTask":
        return cancelTask(command.data, state);
      default: {
        const unknown: never = command;
        return unknown;
      }
    }
  },
};

/** What a run asks of its task: a closed one takes no more runs. Throws CommandRejected. */
export function checkTakesRuns(task: TaskState): void {
  if (task.status === "cancelled") throw cancelled();
  if (task.status === "done") throw done();
}

function createTask({ projectId, title, text }: Data<"CreateTask">, state: TaskState): TaskEvent[] {
  if (state.status !== "none") {
    throw new CommandRejected("This task exists already: give the new one an id of its own.");
  }
  checkText("The task", text);
  if (title !== undefined) checkTitle(title);
  return [{ type: "TaskCreated", data: { projectId, title: title ?? titleOf(text), text } }];
}

function renameTask({ title }: Data<"RenameTask">, state: TaskState): TaskEvent[] {
  const task = existing(state);
  checkTitle(title);
  if (task.status === "cancelled") throw cancelled();
  return task.title === title ? [] : [{ type: "TaskRenamed", data: { title } }];
}

function submitForReview({ runId }: Data<"SubmitForReview">, state: TaskState): TaskEvent[] {
  const task = existing(state);
  if (task.status === "cancelled") throw cancelled();
  if (task.status === "done") throw done();
  if (task.status === "in_review" && task.runId === runId) return [];
  return [{ type: "TaskSubmittedForReview", data: { runId } }];
}

function acceptTask({ runId }: Data<"AcceptTask">, state: TaskState): TaskEvent[] {
  const task = existing(state);
  if (task.status === "cancelled") throw cancelled();
  if (task.status === "done" && task.runId === runId) return [];
  if (task.status === "done") throw done();
  if (task.status === "open") {
    throw new CommandRejected("This task has no completed run to accept yet: wait for one, or start one.");
  }
  if (task.runId !== runId) {
    throw new CommandRejected("Another run of this task is in review now: look at that one and accept it.");
  }
  return [{ type: "TaskAccepted", data: { runId } }];
}

function cancelTask({ reason }: Data<"CancelTask">, state: TaskState): TaskEvent[] {
  const task = existing(state);
  if (task.status === "cancelled") return [];
  if (task.status === "done") throw done();
  return [{ type: "TaskCancelled", data: { reason } }];
}

function existing(state: TaskState): Exclude<TaskState, { status: "none" }> {
  if (state.status === "none") throw new CommandRejected("There is no such task: create it first.");
  return state;
}

function checkTitle(title: string): void {
  if (title.trim() === "") throw new BadInput("The title is empty: give it at least one word.");
}

function cancelled(): CommandRejected {
  return new CommandRejected("This task was cancelled: start a new one.");
}

function done(): CommandRejected {
  return new CommandRejected("This task is done: start a new one.");
}
