import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { startPostgres } from "./embedded/launcher.ts";
import { migrate } from "./migrate.ts";
import { dumpSchema } from "./schema/dump.ts";
import { generateTypes } from "./schema/types.ts";

/** Writes schema.sql and the generated types, from a fresh database on a throw-away server. */
const folder = mkdtempSync(join(tmpdir(), "pihordev-schema-"));
// For the unprivileged user that the server runs as.
chmodSync(folder, 0o755);
const postgres = await startPostgres({ folder, durable: false });
try {
  await migrate({ adminUrl: postgres.adminUrl, passwords: { gateway: "g", worker: "w", auth: "a" } });
  const client = new pg.Client({ connectionString: postgres.adminUrl });
  await client.connect();
  writeFileSync(join(import.meta.dirname, "schema.sql"), await dumpSchema(client));
  const types = await generateTypes(postgres.adminUrl);
  writeFileSync(join(import.meta.dirname, "database-types.generated.ts"), types);
  await untilAlone(client);
  await client.end();
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** The generator's connections are still closing when it is done, and a server that stops would break them. */
async function untilAlone(client: pg.Client): Promise<void> {
  const others =
    "select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()";
  for (let tries = 0; tries < 1_000; tries += 1) {
    if ((await client.query(others)).rowCount === 0) return;
  }
}
