import * as z from "zod";
import { runAnswerSchema, runEventsAnswerSchema } from "../../core/api.ts";
import { streamName } from "../../core/stream-name.ts";
import { getRun } from "../../projections/task-state/queries.ts";
import { inOrganization } from "../../sql/enter-organization.ts";
import type { App, GatewayDeps } from "../deps.ts";
import { firstEventOf, readVisible } from "../log/visible.ts";
import { personOf } from "../plugins/person.ts";
import { readReached } from "../read-reached.ts";

const runParams = z.object({ runId: z.uuid() });
const position = z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER);
const PAGE_DEFAULT = 200;
const PAGE_MAX = 1_000;

/** One run with its task and project, and its events page by page. */
export function runRoutes(app: App, deps: GatewayDeps): void {
  app.get("/api/v1/runs/:runId", {
    config: { permission: "read:tasks" },
    schema: {
      tags: ["runs"],
      summary: "A run with its task and project",
      params: runParams,
      querystring: z.object({ after: position.optional() }),
      response: { 200: runAnswerSchema },
    },
    handler: (request) => {
      const person = personOf(request);
      const { runId } = request.params;
      return readReached(deps, { orgId: person.orgId, after: request.query.after }, () =>
        inOrganization(deps.pool, person, (client) => getRun(client, person.orgId, runId)),
      );
    },
  });

  app.get("/api/v1/runs/:runId/events", {
    config: { permission: "read:log" },
    schema: {
      tags: ["runs"],
      summary: "Events of a run and its transcript, in order, after a position",
      params: runParams,
      querystring: z.object({
        after: position.default(0),
        limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
      }),
      response: { 200: runEventsAnswerSchema },
    },
    handler: async (request) => {
      const person = personOf(request);
      const { after, limit } = request.query;
      const run = streamName("run", request.params.runId);
      await firstEventOf(deps.pool, person, run);
      const streams = [run, streamName("transcript", request.params.runId)];
      const { to, events } = await readVisible(deps.pool, person, { after, limit, streams });
      return { from: after + 1, to, events };
    },
  });
}
