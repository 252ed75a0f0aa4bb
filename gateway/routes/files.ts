import * as z from "zod";
import { asks } from "../../core/asks.ts";
import { streamName } from "../../core/stream-name.ts";
import { ask } from "../../sql/asks.ts";
import type { App, GatewayDeps } from "../deps.ts";
import { firstEventOf } from "../log/visible.ts";
import { personOf } from "../plugins/person.ts";

const { path } = asks.file_at_checkpoint.question.shape;

/** `GET /api/v1/runs/:runId/files?path=&at=`: one file of the workspace, read by a worker from a checkpoint. */
export function fileRoutes(app: App, deps: GatewayDeps): void {
  app.get("/api/v1/runs/:runId/files", {
    config: { permission: "read:files" },
    schema: {
      tags: ["runs"],
      summary: "A file as the newest checkpoint at or before a position holds it",
      params: z.object({ runId: z.uuid() }),
      querystring: z.object({ path, at: z.coerce.number().int().positive().optional() }),
      response: { 200: asks.file_at_checkpoint.answer },
    },
    handler: async (request) => {
      const person = personOf(request);
      const { runId } = request.params;
      await firstEventOf(deps.pool, person, streamName("run", runId));
      return ask(deps.pool, deps.wakeUps, {
        orgId: person.orgId,
        kind: "file_at_checkpoint",
        question: { runId, path: request.query.path, at: request.query.at ?? null },
        timeoutMs: deps.settings.ASK_TIMEOUT_MS,
      });
    },
  });
}
