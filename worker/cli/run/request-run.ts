import { randomUUID } from "node:crypto";
import type pg from "pg";
import { handleCommand } from "../../../commands/handle-command.ts";
import type { ProjectCommand } from "../../../core/project/commands.ts";
import type { RunCommand } from "../../../core/run/commands.ts";
import type { TaskCommand } from "../../../core/task/commands.ts";
import { titleOf } from "../../../core/task/title.ts";
import { projectList } from "../../../projections/project-list/projection.ts";
import { listProjects } from "../../../projections/project-list/queries.ts";
import { runProjection } from "../../../projections/run-projection.ts";
import type { EventStore } from "../../../sql/event-store.ts";
import { localOwner } from "../../../sql/local-owner.ts";
import type { Vault } from "../../../sql/vault.ts";
import { parseRepositoryUrl, repositoryName } from "../../git/parse-url.ts";
import type { RunArguments } from "./arguments.ts";

export type Requested = {
  orgId: string;
  taskId: string;
  runId: string;
  personId: string;
  after: number;
  /** The address as it may be shown: without credentials. */
  repository: string;
};

type Means = { pool: pg.Pool; store: EventStore; vault: Vault };

/** Links the repository unless it is, then creates the task and asks for its run, as the local owner. */
export async function requestRun(
  { pool, store, vault }: Means,
  asked: RunArguments & { model: string },
): Promise<Requested> {
  const { orgId, personId } = await localOwner(pool);
  const actor = { kind: "person", id: personId } as const;
  const correlationId = randomUUID();
  const give = (command: ProjectCommand | TaskCommand | RunCommand) =>
    handleCommand(store, { orgId, command, actor, commandId: randomUUID(), correlationId });

  const { projectId, url: repository } = await ensureProject({ pool, store, vault, orgId }, asked.repo, give);
  const [taskId, runId] = [randomUUID(), randomUUID()];
  const { task: text, model, branch: baseBranch } = asked;
  const created = await give({ type: "CreateTask", data: { taskId, projectId, text } });
  await give({
    type: "RequestRun",
    data: {
      runId,
      taskId,
      projectId,
      prompt: text,
      title: titleOf(text),
      model,
      baseBranch,
      thinkingLevel: "off",
      attempt: 1,
      budgetMicrodollars: null,
      forkedFrom: null,
    },
  });
  return { orgId, taskId, runId, personId, after: created.fromPosition - 1, repository };
}

type Give = (command: ProjectCommand) => Promise<unknown>;

/** The project of this URL; a URL with new credentials is linked anew, with those sealed in the vault. */
async function ensureProject(
  { pool, store, vault, orgId }: Means & { orgId: string },
  repo: string,
  give: Give,
): Promise<{ projectId: string; url: string }> {
  const { url, kind, credentials } = parseRepositoryUrl(repo, {
    allowPaths: true,
    relativeTo: process.cwd(),
  });
  await runProjection({ pool, store }, projectList, orgId);
  const { projects } = await listProjects(pool, orgId);
  const known = projects.find((project) => project.url === url);
  if (known && !credentials) return { projectId: known.projectId, url };
  const credentialId = credentials ? await vault.seal(orgId, "git", JSON.stringify(credentials)) : null;
  const projectId = randomUUID();
  const name = repositoryName(url).slice(0, 120);
  const repository = { url, kind, credentialId };
  await give({ type: "LinkProject", data: { projectId, name, repository, defaultBranch: null } });
  return { projectId, url };
}
