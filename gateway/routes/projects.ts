import * as z from "zod";
import {
  linkProjectAnswerSchema,
  linkProjectBodySchema,
  projectAnswerSchema,
  projectsAnswerSchema,
} from "../../core/api.ts";
import { getProject, listProjects } from "../../projections/project-list/queries.ts";
import { inOrganization } from "../../sql/enter-organization.ts";
import type { App, GatewayDeps } from "../deps.ts";
import { linkProject } from "../person-commands/link-project.ts";
import { personOf } from "../plugins/person.ts";
import { readReached } from "../read-reached.ts";

const query = z.object({ after: z.coerce.number().int().nonnegative().optional() });

/** Projects: the list, one, and linking a repository. */
export function projectRoutes(app: App, deps: GatewayDeps): void {
  app.get("/api/v1/projects", {
    config: { permission: "read:projects" },
    schema: {
      tags: ["projects"],
      summary: "All projects",
      querystring: query,
      response: { 200: projectsAnswerSchema },
    },
    handler: (request) => {
      const person = personOf(request);
      return readReached(deps, { orgId: person.orgId, after: request.query.after }, () =>
        inOrganization(deps.pool, person, (client) => listProjects(client, person.orgId)),
      );
    },
  });

  app.get("/api/v1/projects/:projectId", {
    config: { permission: "read:projects" },
    schema: {
      tags: ["projects"],
      summary: "One project",
      params: z.object({ projectId: z.uuid() }),
      querystring: query,
      response: { 200: projectAnswerSchema },
    },
    handler: (request) => {
      const person = personOf(request);
      return readReached(deps, { orgId: person.orgId, after: request.query.after }, () =>
        inOrganization(deps.pool, person, (client) =>
          getProject(client, person.orgId, request.params.projectId),
        ),
      );
    },
  });

  app.post("/api/v1/projects", {
    config: { permission: "LinkProject" },
    schema: {
      tags: ["projects"],
      summary: "Link a repository: it is reached once, and credentials in its address are sealed",
      body: linkProjectBodySchema,
      response: { 200: linkProjectAnswerSchema },
    },
    handler: (request) => linkProject(deps, personOf(request), request.body),
  });
}
