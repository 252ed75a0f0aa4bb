import type pg from "pg";

type Keys = { table: string; key: string; orgId: string; ids: readonly string[] };

/** The organization's rows with these keys, as JSON gives them: numbers are numbers, times are ISO 8601 text. */
export async function rowsOf<Row>(client: pg.ClientBase, { table, key, orgId, ids }: Keys): Promise<Row[]> {
  const { rows } = await client.query<{ row: Row }>(
    `select to_jsonb(t) as row from projections.${table} as t where org_id = $1 and ${key} = any ($2::uuid[])`,
    [orgId, ids],
  );
  return rows.map(({ row }) => row);
}

/** One statement for all rows of a batch: $1 is the organization, $2 a JSON array of rows with these columns. */
export function upsert(table: string, key: string, columns: Readonly<Record<string, string>>): string {
  const names = Object.keys(columns).map((name) => `"${name}"`);
  const typed = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
  const changes = names.filter((name) => name !== `"${key}"`).map((name) => `${name} = excluded.${name}`);
  return `insert into projections.${table} (org_id, ${names.join(", ")})
    select $1, ${names.map((name) => `r.${name}`).join(", ")} from jsonb_to_recordset($2::jsonb) as r(${typed.join(", ")})
    on conflict (org_id, "${key}") do update set ${changes.join(", ")}`;
}

/** A pool, or a client in its transaction. */
export type Queryable = Pick<pg.ClientBase, "query">;

/** How far the rows of a projection are true. Read before the rows: those may be newer, never older. */
export async function positionOf(client: Queryable, orgId: string, projection: string): Promise<number> {
  const { rows } = await client.query<{ position: number }>(
    "select position from checkpoints where org_id = $1 and projection = $2",
    [orgId, projection],
  );
  return rows[0]?.position ?? 0;
}
