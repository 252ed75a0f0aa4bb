import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import pg from "pg";
import { type RunningPostgres, startPostgres } from "../../../sql/embedded/launcher.ts";
import { migrate } from "../../../sql/migrate.ts";

export const TEMPLATE = "pihordev_template";
export const PASSWORDS = { gateway: "gateway-test", worker: "worker-test", auth: "auth-test" };

const PREFIX = "pihordev-test-postgres-";

/** Which PostgreSQL the tests run on: 18, or 16 with PIHORDEV_TEST_POSTGRES=16. */
export function testMajor(): 16 | 18 {
  return process.env.PIHORDEV_TEST_POSTGRES === "16" ? 16 : 18;
}

/** Options of the launcher for one of the two majors. */
export function binariesOf(major: 16 | 18): { major: 16 | 18; native?: string } {
  if (major === 18) return { major };
  const entry = createRequire(import.meta.url).resolve("postgres-16-linux-x64");
  return { major, native: join(dirname(dirname(entry)), "native") };
}

/** A throw-away cluster with a migrated template database. `adminUrl` is that of the maintenance database. */
export async function startTestCluster(): Promise<{ adminUrl: string; stop(): Promise<void> }> {
  const given = process.env.PIHORDEV_TEST_DATABASE_URL;
  if (given) return await useServer(given);
  await sweepAbandoned();
  const folder = newClusterFolder(PREFIX);
  writeFileSync(join(folder, "owner"), String(process.pid));
  const postgres = await startPostgres({ folder, durable: false, ...binariesOf(testMajor()) });
  const stop = async () => {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await makeTemplate(postgres);
  } catch (error) {
    await stop();
    throw error;
  }
  return { adminUrl: postgres.adminUrl, stop };
}

/** Somebody else's server, as a superuser: the template of an earlier run is made anew. */
async function useServer(adminUrl: string): Promise<{ adminUrl: string; stop(): Promise<void> }> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`drop database if exists ${TEMPLATE}`);
  await admin.end();
  await makeTemplate({ adminUrl });
  return { adminUrl, stop: async () => {} };
}

/** A temporary folder that the server's user can enter too. */
export function newClusterFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(folder, 0o755);
  return folder;
}

async function makeTemplate({ adminUrl }: Pick<RunningPostgres, "adminUrl">): Promise<void> {
  const admin = new pg.Client({ connectionString: adminUrl });
  await admin.connect();
  await admin.query(`create database ${TEMPLATE}`);
  await admin.end();
  const url = new URL(adminUrl);
  url.pathname = `/${TEMPLATE}`;
  await migrate({ adminUrl: url.href, passwords: PASSWORDS });
}

/** A run that was killed leaves its server behind: the next run ends it, and only it. */
async function sweepAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    if (ownerLives(folder)) continue;
    await endServerOf(folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

function ownerLives(folder: string): boolean {
  try {
    process.kill(Number(readFileSync(join(folder, "owner"), "utf8")), 0);
    return true;
  } catch {
    return false;
  }
}

async function endServerOf(folder: string): Promise<void> {
  const { livingPostmaster, stopPostmaster } = await import("../../../sql/embedded/postmaster.ts");
  const data = join(folder, "data");
  const living = livingPostmaster(data);
  if (living) await stopPostmaster(data, living.pid, 5_000);
}
