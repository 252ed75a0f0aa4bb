import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { messageOf, Unavailable } from "../../core/errors.ts";
import { type Cluster, clusterPassword, ensureCluster, SUPERUSER } from "./cluster.ts";
import { clusterHome } from "./home.ts";
import { serverIdentity } from "./identity.ts";
import { packagedNative, usableNative } from "./native.ts";
import { livingPostmaster, type Postmaster, stopPostmaster } from "./postmaster.ts";
import { choosePort, spawnServer, untilReady } from "./server-process.ts";

export type StartOptions = {
  /** Holds the cluster, its password (0600) and its log. */
  folder: string;
  major?: 16 | 18;
  /** `native` folder of the binaries; left out: the package for this platform, PostgreSQL 18. */
  native?: string;
  /** false only for throw-away clusters of tests: a crash may then lose data. */
  durable?: boolean;
  readyTimeoutMs?: number;
  stopTimeoutMs?: number;
};

export type RunningPostgres = {
  adminUrl: string;
  port: number;
  pid: number;
  /** It was running already, left behind by a parent that was killed. */
  adopted: boolean;
  /** Resolves when a server that we started ends, however it ends; never for an adopted one. */
  exited: Promise<void>;
  stop(): Promise<void>;
};

type Settings = Required<Omit<StartOptions, "folder" | "native">>;

/** The only database besides the maintenance one; its name is in every URL. */
const DATABASE = "pihordev";
const START_ATTEMPTS = 4;

/**
 * Starts PostgreSQL on `folder`, or adopts the one that runs there. On loopback, a free port, password only, no
 * unix socket. Throws BadInput for a folder of another major version, Unavailable when it does not start.
 */
export async function startPostgres(options: StartOptions): Promise<RunningPostgres> {
  const settings = {
    major: 18,
    durable: true,
    readyTimeoutMs: 60_000,
    stopTimeoutMs: 15_000,
    ...options,
  } as const;
  const identity = serverIdentity();
  const home = clusterHome(options.folder, identity);
  const native = usableNative(options.native ?? packagedNative(), identity, home);
  const { major, durable } = settings;
  const cluster: Cluster = { home, data: join(home, "data"), native, identity, major, durable };
  const password = clusterPassword(home);
  await ensureCluster(cluster, password);
  const adopted = await adopt(cluster, password, settings);
  if (adopted) return adopted;
  return startServer(cluster, password, settings);
}

async function adopt(
  cluster: Cluster,
  password: string,
  settings: Settings,
): Promise<RunningPostgres | null> {
  const living = livingPostmaster(cluster.data);
  if (!living) return null;
  const isAlive = () => livingPostmaster(cluster.data)?.pid === living.pid;
  const never = new Promise<void>(() => {});
  try {
    const ready = await untilReady(cluster, { pid: living.pid, isAlive }, settings.readyTimeoutMs);
    return await runningServer({ cluster, password, settings }, ready, { adopted: true, exited: never });
  } catch {
    await stopPostmaster(cluster.data, living.pid, settings.stopTimeoutMs);
    return null;
  }
}

/** A port can be taken between the look and the start, and a killed server's backends hold its memory a moment. */
async function startServer(cluster: Cluster, password: string, settings: Settings): Promise<RunningPostgres> {
  for (let attempt = 1; ; attempt += 1) {
    const { child, exited, isAlive } = spawnServer(cluster, await choosePort(cluster.home), settings.durable);
    try {
      const ready = await untilReady(cluster, { pid: child.pid ?? -1, isAlive }, settings.readyTimeoutMs);
      return await runningServer({ cluster, password, settings }, ready, { adopted: false, exited });
    } catch (error) {
      if (child.pid) await stopPostmaster(cluster.data, child.pid, settings.stopTimeoutMs);
      if (attempt >= START_ATTEMPTS) throw error;
      await sleep(250 * attempt);
    }
  }
}

async function runningServer(
  { cluster, password, settings }: { cluster: Cluster; password: string; settings: Settings },
  { pid, port }: Postmaster,
  origin: { adopted: boolean; exited: Promise<void> },
): Promise<RunningPostgres> {
  const urlOf = (database: string) => `postgres://${SUPERUSER}:${password}@127.0.0.1:${port}/${database}`;
  await verifyAndPrepare(urlOf("postgres"), cluster.data);
  const stop = () => stopPostmaster(cluster.data, pid, settings.stopTimeoutMs);
  return { adminUrl: urlOf(DATABASE), port, pid, ...origin, stop };
}

/** The password proves both sides to each other, and the folder that it is this server and no other. */
async function verifyAndPrepare(url: string, data: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>("show data_directory");
    if (rows[0]?.data_directory !== data)
      throw new Unavailable("Another database server answers on that port.");
    const existing = await client.query("select 1 from pg_database where datname = $1", [DATABASE]);
    if (existing.rowCount === 0) await client.query(`create database ${DATABASE}`);
  } catch (cause) {
    throw new Unavailable(`The database server does not let us in: ${messageOf(cause)}`, { cause });
  } finally {
    await client.end();
  }
}
