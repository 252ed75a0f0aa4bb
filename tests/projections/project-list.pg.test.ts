import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectAnswerSchema, projectsAnswerSchema } from "../../core/api.ts";
import { NotFound } from "../../core/errors.ts";
import { projectList } from "../../projections/project-list/projection.ts";
import { getProject, listProjects } from "../../projections/project-list/queries.ts";
import { uuid } from "../support/given.ts";
import { givenRows } from "../support/log/given-rows.ts";
import { openLog, type TestLog } from "../support/log/open-log.ts";

let log: TestLog;
let given: ReturnType<typeof givenRows>;
beforeAll(async () => {
  log = await openLog();
  given = givenRows(log, projectList);
});
afterAll(() => log.close());

const linked = (name: string, credentialId: string | null = null) => ({
  type: "ProjectLinked",
  data: {
    name,
    repository: { url: `https://example.com/${name}.git`, kind: "https", credentialId },
    defaultBranch: "main",
  },
});

describe("project_list", () => {
  it("has a row a project", async () => {
    const { rows } = await given([`project-${uuid(1)}`, linked("shop", uuid(9))]);
    expect(rows.project).toEqual([
      {
        ...{ project_id: uuid(1), name: "shop", url: "https://example.com/shop.git", kind: "https" },
        ...{ default_branch: "main", credential_id: uuid(9), linked_at: expect.any(String) },
      },
    ]);
  });

  it("is answered in the order of names, in the shape of the API, without a word on credentials", async () => {
    const { orgId } = await given(
      [`project-${uuid(1)}`, linked("shop", uuid(9))],
      [`project-${uuid(2)}`, linked("Atlas")],
    );
    const answer = projectsAnswerSchema.parse(await listProjects(log.pool, orgId));
    expect(answer.position).toBe(2);
    expect(answer.projects.map(({ name }) => name)).toEqual(["Atlas", "shop"]);
    expect(JSON.stringify(answer)).not.toContain(uuid(9));
    const one = projectAnswerSchema.parse(await getProject(log.pool, orgId, uuid(2)));
    expect(one).toEqual({ position: 2, project: answer.projects[0] });
  });

  it("of another organization is not there", async () => {
    const { orgId } = await given([`project-${uuid(1)}`, linked("shop")]);
    const other = await log.database.addOrganization();
    expect(await listProjects(log.pool, other.orgId)).toEqual({ position: 0, projects: [] });
    await expect(getProject(log.pool, other.orgId, uuid(1))).rejects.toBeInstanceOf(NotFound);
    await expect(getProject(log.pool, orgId, uuid(7))).rejects.toThrow(
      "There is no such project in this organization.",
    );
  });
});
