import type pg from "pg";

/**
 * Everything that the migrations and functions make, as text, from the catalogs: the same on PostgreSQL 16 and 18.
 * Not a script to run: what one reads in a review, and what a test compares. Libraries' schemas are left out.
 */
export async function dumpSchema(client: pg.ClientBase): Promise<string> {
  const parts: string[] = [];
  for (const [title, query] of SECTIONS) {
    const { rows } = await client.query<{ line: string }>(query);
    parts.push(`-- ${title}\n${rows.map((row) => row.line).join("\n")}\n`);
  }
  return `-- Written by \`bun run dump-schema\`: change the migrations, not this file.\n\n${parts.join("\n")}`;
}

const OURS = "('public', 'projections', 'auth')";

/** Names without their schema would depend on the reader's search path. */
const RELATION = "n.nspname || '.' || quote_ident(c.relname)";

const COLUMNS = `
  select format(E'%s %s (\\n%s\\n); -- owner %s%s',
    case c.relkind when 'v' then 'view' else case c.relpersistence when 'u' then 'unlogged table' else 'table' end end,
    ${RELATION},
    string_agg(format('  %I %s%s%s', a.attname, format_type(a.atttypid, a.atttypmod),
      case when a.attnotnull then ' not null' else '' end,
      coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')), E',\\n' order by a.attnum),
    pg_get_userbyid(c.relowner), case when c.relrowsecurity then ', row-level security' else '' end) as line
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef as d on d.adrelid = c.oid and d.adnum = a.attnum
  where n.nspname in ${OURS} and c.relkind in ('r', 'v', 'p')
  group by c.oid, n.nspname order by n.nspname collate "C", c.relname collate "C"`;

/** 18 lists every NOT NULL as a constraint ('n') too; the columns above have said it. */
const CONSTRAINTS = `
  select format('%s: %I %s', ${RELATION}, k.conname, pg_get_constraintdef(k.oid)) as line
  from pg_constraint as k
  join pg_class as c on c.oid = k.conrelid
  join pg_namespace as n on n.oid = c.relnamespace
  where n.nspname in ${OURS} and k.contype not in ('n', 't')
  order by n.nspname collate "C", c.relname collate "C", k.conname collate "C"`;

const INDEXES = `
  select i.indexdef as line from pg_indexes as i where i.schemaname in ${OURS}
  order by i.schemaname collate "C", i.tablename collate "C", i.indexname collate "C"`;

const POLICIES = `
  select format('%s.%s: %s for %s to %s%s%s', p.schemaname, p.tablename, p.policyname, lower(p.cmd),
    array_to_string(p.roles, ', '), coalesce(' using ' || regexp_replace(p.qual, '\\s+', ' ', 'g'), ''),
    coalesce(' with check ' || regexp_replace(p.with_check, '\\s+', ' ', 'g'), '')) as line
  from pg_policies as p where p.schemaname in ${OURS}
  order by p.schemaname collate "C", p.tablename collate "C", p.policyname collate "C"`;

const TRIGGERS = `
  select format('%s%s', pg_get_triggerdef(t.oid), case t.tgenabled when 'A' then ' -- always' else '' end) as line
  from pg_trigger as t
  join pg_class as c on c.oid = t.tgrelid
  join pg_namespace as n on n.oid = c.relnamespace
  where n.nspname in ${OURS} and not t.tgisinternal
  order by n.nspname collate "C", c.relname collate "C", t.tgname collate "C"`;

const FUNCTIONS = `
  select format('%s.%s(%s) returns %s%s%s -- owner %s%s', n.nspname, p.proname,
    pg_get_function_arguments(p.oid), pg_get_function_result(p.oid),
    case when p.prosecdef then ', security definer' else '' end,
    coalesce(', set ' || array_to_string(p.proconfig, ', set '), ''), pg_get_userbyid(p.proowner),
    coalesce(', executed by ' || (select string_agg(pg_get_userbyid(x.grantee), ', ' order by pg_get_userbyid(x.grantee))
      from aclexplode(p.proacl) as x where x.grantee <> p.proowner), '')) as line
  from pg_proc as p join pg_namespace as n on n.oid = p.pronamespace
  where n.nspname in ${OURS} order by n.nspname collate "C", p.proname collate "C"`;

const RIGHTS = `
  select format('%s: %s %s', ${RELATION}, pg_get_userbyid(x.grantee),
    string_agg(lower(x.privilege_type), ', ' order by x.privilege_type)) as line
  from pg_class as c
  join pg_namespace as n on n.oid = c.relnamespace
  cross join lateral aclexplode(c.relacl) as x
  where n.nspname in ${OURS} and x.grantee <> c.relowner
  group by n.nspname, c.relname, x.grantee
  order by n.nspname collate "C", c.relname collate "C", pg_get_userbyid(x.grantee) collate "C"`;

const COLUMN_RIGHTS = `
  select format('%s: %s select (%s)', ${RELATION}, pg_get_userbyid(x.grantee),
    string_agg(quote_ident(a.attname), ', ' order by a.attnum)) as line
  from pg_attribute as a
  join pg_class as c on c.oid = a.attrelid
  join pg_namespace as n on n.oid = c.relnamespace
  cross join lateral aclexplode(a.attacl) as x
  where n.nspname in ${OURS} and x.privilege_type = 'SELECT'
  group by n.nspname, c.relname, x.grantee
  order by n.nspname collate "C", c.relname collate "C", pg_get_userbyid(x.grantee) collate "C"`;

const SECTIONS: readonly (readonly [string, string])[] = [
  ["tables", COLUMNS],
  ["constraints", CONSTRAINTS],
  ["indexes", INDEXES],
  ["policies", POLICIES],
  ["triggers", TRIGGERS],
  ["functions", FUNCTIONS],
  ["rights on tables", RIGHTS],
  ["rights on columns", COLUMN_RIGHTS],
];
