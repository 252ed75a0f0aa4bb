import { modelsAnswerSchema } from "../../core/api.ts";
import { listModels } from "../../sql/models-table.ts";
import type { App, GatewayDeps } from "../deps.ts";

/** `GET /api/v1/models`: the catalogue that the worker wrote at its last start. */
export function modelRoutes(app: App, deps: GatewayDeps): void {
  app.get("/api/v1/models", {
    config: { permission: "read:models" },
    schema: { tags: ["models"], summary: "Models and their prices", response: { 200: modelsAnswerSchema } },
    handler: () => listModels(deps.pool),
  });
}
