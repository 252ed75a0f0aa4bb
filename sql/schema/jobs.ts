import pg from "pg";

/**
 * Graphile Worker's own schema, owned by log_owner, so that append_batch can add jobs, and open to `worker`, which
 * runs them. Its tables have row-level security without policies: without ours a role that is no owner sees none.
 */
export async function installJobs(adminUrl: string): Promise<void> {
  const { runMigrations } = await import("graphile-worker");
  const pool = new pg.Pool({ connectionString: adminUrl, max: 2, options: "-c role=log_owner" });
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  try {
    await runMigrations({ pgPool: pool });
    await pool.query(RIGHTS);
  } finally {
    await pool.end();
  }
}

const RIGHTS = `do $do$
declare
  v_table record;
begin
  if not has_schema_privilege('worker', 'graphile_worker', 'usage') then
    grant usage on schema graphile_worker to worker;
  end if;
  for v_table in select c.oid, c.relname from pg_class as c
    where c.relnamespace = 'graphile_worker'::regnamespace and c.relkind in ('r', 'v') order by 2 loop
    if not has_table_privilege('worker', v_table.oid, 'select, insert, update, delete') then
      execute format('grant select, insert, update, delete on graphile_worker.%I to worker', v_table.relname);
    end if;
    if not exists (select from pg_policy where polrelid = v_table.oid and polname = 'worker_all')
      and exists (select from pg_class where oid = v_table.oid and relkind = 'r') then
      execute format('create policy worker_all on graphile_worker.%I for all to worker using (true) with check (true)',
        v_table.relname);
    end if;
  end loop;
  grant usage on all sequences in schema graphile_worker to worker;
end $do$`;
