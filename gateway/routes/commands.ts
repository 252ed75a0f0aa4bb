import { commandAnswerSchema, commandBodySchema } from "../../core/api.ts";
import type { App, GatewayDeps } from "../deps.ts";
import { giveCommand } from "../person-commands/give-command.ts";
import { personOf } from "../plugins/person.ts";

/** `POST /api/v1/commands`: every command a person may give, each with a permission of its own. */
export function commandRoutes(app: App, deps: GatewayDeps): void {
  app.post("/api/v1/commands", {
    config: { permission: "by command" },
    schema: {
      tags: ["commands"],
      summary: "Give a command; the same command id again gives the first answer",
      body: commandBodySchema,
      response: { 200: commandAnswerSchema },
    },
    handler: async (request) => {
      const { position, version } = await giveCommand(deps, personOf(request), request.body);
      return { position, version };
    },
  });
}
