import { existsSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { startPostgres } from "../../../sql/embedded/launcher.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { binariesOf } from "./cluster.ts";

/**
 * A server of its own, PostgreSQL 16 where its binaries are there: to the product somebody else's, for DATABASE_URL.
 * Of its own because roles and their passwords belong to a whole server. Stopped with the test.
 */
export async function startSecondCluster(): Promise<string> {
  const has16 = existsSync(join(import.meta.dirname, "../../../node_modules/postgres-16-linux-x64"));
  const folder = temporaryFolder();
  const postgres = await startPostgres({ folder, durable: false, ...binariesOf(has16 ? 16 : 18) });
  onTestFinished(() => postgres.stop());
  return postgres.adminUrl;
}
