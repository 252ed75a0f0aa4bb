import { sessionSchema } from "../../core/api.ts";
import type { App } from "../deps.ts";
import { personOf } from "../plugins/person.ts";

/** `GET /api/v1/session`: who asks, in which organization, with which role. */
export function sessionRoutes(app: App): void {
  app.get("/api/v1/session", {
    config: { permission: "member" },
    schema: { tags: ["session"], summary: "Who I am, and where", response: { 200: sessionSchema } },
    handler: async (request) => {
      const { personId, personName, orgId, slug, organizationName, role } = personOf(request);
      return {
        person: { id: personId, name: personName },
        organization: { id: orgId, slug, name: organizationName },
        role,
      };
    },
  });
}
