import type * as z from "zod";
import type { Project, projectAnswerSchema, projectsAnswerSchema } from "../../core/api.ts";
import { NotFound } from "../../core/errors.ts";
import { positionOf, type Queryable } from "../rows.ts";
import { projectList } from "./projection.ts";

/** All projects of the organization, in the order of their names. */
export async function listProjects(
  client: Queryable,
  orgId: string,
): Promise<z.infer<typeof projectsAnswerSchema>> {
  const position = await positionOf(client, orgId, projectList.name);
  return { position, projects: await readProjects(client, orgId) };
}

/** Throws NotFound. */
export async function getProject(
  client: Queryable,
  orgId: string,
  projectId: string,
): Promise<z.infer<typeof projectAnswerSchema>> {
  const position = await positionOf(client, orgId, projectList.name);
  const [project] = await readProjects(client, orgId, projectId);
  if (!project) throw new NotFound("There is no such project in this organization.");
  return { position, project };
}

type ProjectRead = {
  project_id: string;
  name: string;
  url: string;
  kind: Project["kind"];
  default_branch: string | null;
  linked_at: Date;
};

async function readProjects(
  client: Queryable,
  orgId: string,
  projectId: string | null = null,
): Promise<Project[]> {
  const { rows } = await client.query<ProjectRead>(
    `select project_id, name, url, kind, default_branch, linked_at from projections.project
     where org_id = $1 and ($2::uuid is null or project_id = $2) order by lower(name), linked_at, project_id`,
    [orgId, projectId],
  );
  return rows.map((row) => ({
    projectId: row.project_id,
    name: row.name,
    url: row.url,
    kind: row.kind,
    defaultBranch: row.default_branch,
    linkedAt: row.linked_at.toISOString(),
  }));
}
