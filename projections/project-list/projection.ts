import type pg from "pg";
import { parseStreamName } from "../../core/stream-name.ts";
import { defineProjection } from "../projection.ts";
import { upsert } from "../rows.ts";

type ProjectRow = {
  project_id: string;
  name: string;
  url: string;
  kind: string;
  default_branch: string | null;
  credential_id: string | null;
  linked_at: string;
};
type ProjectRows = Map<string, ProjectRow>;

/** The organization's projects. */
export const projectList = defineProjection<ProjectRows>({
  name: "project_list",
  version: 1,
  tables: ["project"],
  load: async () => new Map(),
  fold: {
    ProjectLinked(rows, { stream, data, recordedAt }) {
      const { id } = parseStreamName(stream);
      rows.set(id, {
        project_id: id,
        name: data.name,
        url: data.repository.url,
        kind: data.repository.kind,
        default_branch: data.defaultBranch,
        credential_id: data.repository.credentialId,
        linked_at: recordedAt,
      });
    },
  },
  async write(client: pg.ClientBase, orgId, rows) {
    if (rows.size > 0) await client.query(UPSERT, [orgId, JSON.stringify([...rows.values()])]);
  },
});

const UPSERT = upsert("project", "project_id", {
  project_id: "uuid",
  name: "text",
  url: "text",
  kind: "text",
  default_branch: "text",
  credential_id: "uuid",
  linked_at: "timestamptz",
});
