import type * as z from "zod";
import type { projectEvents } from "./events.ts";

export type ProjectLinked = { type: "ProjectLinked"; data: z.infer<(typeof projectEvents)["ProjectLinked"]> };
export type ProjectEvent = ProjectLinked;
export type ProjectState = { status: "none" } | { status: "linked"; name: string };

export const noProject: ProjectState = { status: "none" };

export function evolveProject(_state: ProjectState, event: ProjectEvent): ProjectState {
  return { status: "linked", name: event.data.name };
}
