import * as z from "zod";
import {
  startTaskAnswerSchema,
  startTaskBodySchema,
  taskAnswerSchema,
  tasksAnswerSchema,
} from "../../core/api.ts";
import { getTask, listTasks } from "../../projections/task-state/queries.ts";
import { inOrganization } from "../../sql/enter-organization.ts";
import type { App, GatewayDeps } from "../deps.ts";
import { startTask } from "../person-commands/start-task.ts";
import { personOf } from "../plugins/person.ts";
import { readReached } from "../read-reached.ts";

const query = z.object({ after: z.coerce.number().int().nonnegative().optional() });

/** Tasks with their runs: the list, one, and starting one. */
export function taskRoutes(app: App, deps: GatewayDeps): void {
  app.get("/api/v1/tasks", {
    config: { permission: "read:tasks" },
    schema: {
      tags: ["tasks"],
      summary: "All tasks, newest first",
      querystring: query,
      response: { 200: tasksAnswerSchema },
    },
    handler: (request) => {
      const person = personOf(request);
      return readReached(deps, { orgId: person.orgId, after: request.query.after }, () =>
        inOrganization(deps.pool, person, (client) => listTasks(client, person.orgId)),
      );
    },
  });

  app.get("/api/v1/tasks/:taskId", {
    config: { permission: "read:tasks" },
    schema: {
      tags: ["tasks"],
      summary: "One task with its runs",
      params: z.object({ taskId: z.uuid() }),
      querystring: query,
      response: { 200: taskAnswerSchema },
    },
    handler: (request) => {
      const person = personOf(request);
      return readReached(deps, { orgId: person.orgId, after: request.query.after }, () =>
        inOrganization(deps.pool, person, (client) => getTask(client, person.orgId, request.params.taskId)),
      );
    },
  });

  app.post("/api/v1/tasks", {
    config: { permission: "RequestRun" },
    schema: {
      tags: ["tasks"],
      summary: "Create a task and request its first run; the same body again changes nothing",
      body: startTaskBodySchema,
      response: { 200: startTaskAnswerSchema },
    },
    handler: (request) => startTask(deps, personOf(request), request.body),
  });
}
