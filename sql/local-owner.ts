import type pg from "pg";
import { Unavailable } from "../core/errors.ts";

export type LocalOwner = {
  orgId: string;
  slug: string;
  organizationName: string;
  personId: string;
  personName: string;
};

type Row = {
  org_id: string;
  slug: string;
  organization_name: string;
  person_id: string;
  person_name: string;
};

/** The one organization and its owner that the migration makes, until there is sign-in. */
export async function localOwner(pool: Pick<pg.Pool, "query">): Promise<LocalOwner> {
  const { rows } = await pool.query<Row>("select * from local_owner()");
  const [row] = rows;
  if (!row) throw new Unavailable("The database has no organization: run `bun pihordev.ts migrate`.");
  return {
    orgId: row.org_id,
    slug: row.slug,
    organizationName: row.organization_name,
    personId: row.person_id,
    personName: row.person_name,
  };
}
