import { asks } from "../../core/asks.ts";
import { ask } from "../../sql/asks.ts";
import type { App, GatewayDeps } from "../deps.ts";
import { personOf } from "../plugins/person.ts";

/** `GET /api/v1/checks`: a worker tries each thing that a run needs by using it. */
export function checkRoutes(app: App, deps: GatewayDeps): void {
  app.get("/api/v1/checks", {
    config: { permission: "read:checks" },
    schema: {
      tags: ["machine"],
      summary: "Checks of the machine, made now",
      response: { 200: asks.machine_checks.answer },
    },
    handler: (request) =>
      ask(deps.pool, deps.wakeUps, {
        orgId: personOf(request).orgId,
        kind: "machine_checks",
        question: {},
        timeoutMs: deps.settings.ASK_TIMEOUT_MS,
      }),
  });
}
