import * as z from "zod";
import { taskEvents } from "./events.ts";

const taskId = z.uuid();

export const taskCommands = {
  CreateTask: z.strictObject({
    taskId,
    projectId: z.uuid(),
    /** Left out: the first line of the text, shortened. */
    title: taskEvents.TaskCreated.shape.title.optional(),
    text: z.string(),
  }),
  RenameTask: taskEvents.TaskRenamed.extend({ taskId }),
  SubmitForReview: taskEvents.TaskSubmittedForReview.extend({ taskId }),
  AcceptTask: taskEvents.TaskAccepted.extend({ taskId }),
  CancelTask: taskEvents.TaskCancelled.extend({ taskId }),
};

type Data<Type extends keyof typeof taskCommands> = z.infer<(typeof taskCommands)[Type]>;
export type TaskCommand = {
  [Type in keyof typeof taskCommands]: { type: Type; data: Data<Type> };
}[keyof typeof taskCommands];
