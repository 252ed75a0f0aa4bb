import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import { jsonSchemaTransform } from "fastify-type-provider-zod";
import * as z from "zod";
import type { App } from "../deps.ts";

/** `/api/docs` and `/api/openapi.json`, made from the routes' zod schemas: registered before the routes. */
export async function apiDocs(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Pihordev",
        version: "1",
        description: "Commands go by POST, reads by GET, and what happens arrives on the WebSocket at /ws.",
      },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: "/api/docs" });
  app.get("/api/openapi.json", {
    config: { permission: "public" },
    schema: { hide: true, response: { 200: z.record(z.string(), z.unknown()) } },
    handler: async () => ({ ...app.swagger() }),
  });
}
