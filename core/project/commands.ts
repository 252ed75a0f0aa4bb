import * as z from "zod";
import { projectEvents } from "./events.ts";

export const projectCommands = {
  LinkProject: projectEvents.ProjectLinked.extend({ projectId: z.uuid() }),
};
export type ProjectCommand = { type: "LinkProject"; data: z.infer<(typeof projectCommands)["LinkProject"]> };
