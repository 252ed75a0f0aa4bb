import * as z from "zod";
import type { App, GatewayDeps } from "../deps.ts";

/** `GET /healthz`: answers while the gateway can reach its database, and tells nothing else. */
export function healthRoutes(app: App, deps: GatewayDeps): void {
  app.get("/healthz", {
    config: { permission: "public" },
    schema: { hide: true, response: { 200: z.strictObject({ ok: z.literal(true) }) } },
    handler: async () => {
      await deps.pool.query("select 1");
      return { ok: true as const };
    },
  });
}
