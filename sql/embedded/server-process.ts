import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Unavailable } from "../../core/errors.ts";
import type { Cluster } from "./cluster.ts";
import { type Postmaster, readPostmaster } from "./postmaster.ts";

const READY_POLL_MS = 5;

/** Detached: Ctrl-C reaches the supervisor only, which stops the server last. */
export function spawnServer(cluster: Cluster, port: number, durable: boolean) {
  const log = openSync(join(cluster.home, "postgres.log"), "w", 0o600);
  const child = spawn(
    join(cluster.native, "bin", "postgres"),
    ["-D", cluster.data, ...serverFlags(port, durable)],
    {
      ...cluster.identity,
      cwd: "/",
      detached: true,
      env: { LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", log, log],
    },
  );
  closeSync(log);
  child.unref();
  let alive = true;
  const exited = exitOf(child).then(() => {
    alive = false;
  });
  return { child, exited, isAlive: () => alive };
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
}

function serverFlags(port: number, durable: boolean): string[] {
  const values: Record<string, string> = {
    listen_addresses: "127.0.0.1",
    port: String(port),
    unix_socket_directories: "",
    max_connections: "200",
    shared_buffers: durable ? "256MB" : "64MB",
    max_wal_size: "2GB",
    // Used files of the write-ahead log are kept for the next writes instead of being made anew.
    min_wal_size: durable ? "512MB" : "80MB",
    timezone: "UTC",
    log_timezone: "UTC",
    jit: "off",
    ...(durable ? {} : { fsync: "off", full_page_writes: "off", synchronous_commit: "off" }),
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/**
 * Waits until the server with this pid takes connections. Throws Unavailable with its last words when it ends before
 * or is not ready in time.
 */
export async function untilReady(
  cluster: Cluster,
  server: { pid: number; isAlive: () => boolean },
  timeoutMs: number,
): Promise<Postmaster> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline && server.isAlive()) {
    const found = readPostmaster(cluster.data);
    if (found?.ready && found.pid === server.pid) return found;
    await sleep(READY_POLL_MS);
  }
  const what = server.isAlive() ? `was not ready in ${timeoutMs} ms` : "ended while starting";
  throw new Unavailable(`The database server ${what}: ${lastWords(cluster)}`);
}

function lastWords(cluster: Cluster): string {
  try {
    const lines = readFileSync(join(cluster.home, "postgres.log"), "utf8").trim().split("\n");
    return lines.slice(-4).join(" ").slice(-600) || "it said nothing.";
  } catch {
    return "it said nothing.";
  }
}

/**
 * The port of last time when it is free, so that connections of a server that was restarted find it again; else any.
 */
export async function choosePort(home: string): Promise<number> {
  const file = join(home, "port");
  const port = await freePort(formerPort(file)).catch(() => freePort(0));
  writeFileSync(file, `${port}\n`, { mode: 0o600 });
  return port;
}

function formerPort(file: string): number {
  try {
    const port = Number(readFileSync(file, "utf8"));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : 0;
  } catch {
    return 0;
  }
}

function freePort(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(wanted, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === "object") resolve(address.port);
        else reject(new Unavailable("No free port on 127.0.0.1."));
      });
    });
  });
}
