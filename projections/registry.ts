import { projectList } from "./project-list/projection.ts";
import type { Projection } from "./projection.ts";
import { taskState } from "./task-state/projection.ts";

/** Every projection there is. Each keeps a checkpoint of its own in each organization. */
export const projections: readonly Projection[] = [taskState, projectList];
