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
  await client.end();
  const types = await generateTypes(postgres.adminUrl);
  writeFileSync(join(import.meta.dirname, "database-types.generated.ts"), types);
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
