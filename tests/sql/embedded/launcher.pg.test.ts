import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { afterEach, expect, test, vi } from "vitest";
import { BadInput, Unavailable } from "../../../core/errors.ts";
import { type RunningPostgres, type StartOptions, startPostgres } from "../../../sql/embedded/launcher.ts";
import { errorOf } from "../../support/appends.ts";
import { binariesOf, newClusterFolder, testMajor } from "../../support/clusters/cluster.ts";

// Each of these makes whole clusters with fsync: slow where the disk is busy.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const folders: string[] = [];
const running: RunningPostgres[] = [];
afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = newClusterFolder("pihordev-launcher-");
  folders.push(folder);
  return join(folder, "postgres");
}

async function start(folder: string, changes: Partial<StartOptions> = {}): Promise<RunningPostgres> {
  const postgres = await startPostgres({ folder, ...binariesOf(testMajor()), ...changes });
  running.push(postgres);
  return postgres;
}

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function isServer(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("postgres");
  } catch {
    return false;
  }
}

test("listens on loopback only, without a socket, in UTF-8, with a password, durable", async () => {
  const { adminUrl } = await start(newFolder());
  const settings = [
    "listen_addresses",
    "unix_socket_directories",
    "server_encoding",
    "fsync",
    "synchronous_commit",
  ];
  const rows = await query(
    adminUrl,
    `select name, setting from pg_settings where name = any ('{${settings}}') order by name`,
  );
  expect(rows).toEqual([
    { name: "fsync", setting: "on" },
    { name: "listen_addresses", setting: "127.0.0.1" },
    { name: "server_encoding", setting: "UTF8" },
    { name: "synchronous_commit", setting: "on" },
    { name: "unix_socket_directories", setting: "" },
  ]);
  expect(await query(adminUrl, "select upper('é') as e, 'z' < 'é' as bytes")).toMatchObject([
    { bytes: true },
  ]);
  const wrong = new URL(adminUrl);
  wrong.password = "guess";
  expect((await errorOf(query(wrong.href, "select 1"))).message).toContain("password authentication failed");
});

test("keeps its password with mode 0600 and does not run as root", async () => {
  const folder = newFolder();
  const { pid } = await start(folder);
  expect(statSync(join(folder, "password")).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, "data")).mode & 0o777).toBe(0o700);
  expect(/^Uid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]).not.toBe("0");
});

test("stops cleanly and keeps what was written, with the same password", async () => {
  const folder = newFolder();
  const first = await start(folder);
  await query(first.adminUrl, "create table kept as select 42 as answer");
  await first.stop();
  expect(existsSync(join(folder, "data", "postmaster.pid"))).toBe(false);
  await first.exited;
  const second = await start(folder);
  expect(second.adopted).toBe(false);
  expect(new URL(second.adminUrl).password).toBe(new URL(first.adminUrl).password);
  expect(await query(second.adminUrl, "select answer from kept")).toEqual([{ answer: 42 }]);
});

test("stopping twice, and stopping what has died, is no error", async () => {
  const postgres = await start(newFolder());
  await postgres.stop();
  await postgres.stop();
});

test("a server that died says so to who started it", async () => {
  const postgres = await start(newFolder());
  process.kill(postgres.pid, "SIGKILL");
  await postgres.exited;
  expect(isServer(postgres.pid)).toBe(false);
});

test("after kill -9 of the server nothing committed is lost", async () => {
  const folder = newFolder();
  const first = await start(folder);
  await query(first.adminUrl, "create table kept as select generate_series(1, 1000) as n");
  process.kill(first.pid, "SIGKILL");
  await first.exited;
  const second = await start(folder);
  expect(second.adopted).toBe(false);
  expect(await query(second.adminUrl, "select count(*)::int as n from kept")).toEqual([{ n: 1000 }]);
});

test("an orphan of a parent that was killed with -9 is adopted, and stopped by who adopted it", async () => {
  const folder = newFolder();
  const parent = startInAnotherProcess(folder);
  const { pid, port } = await parent.told;
  parent.child.kill("SIGKILL");
  await new Promise((resolve) => parent.child.once("exit", resolve));
  expect(isServer(pid)).toBe(true);
  const adopted = await start(folder);
  expect(adopted).toMatchObject({ adopted: true, pid, port });
  expect(await query(adopted.adminUrl, "select 1 as one")).toEqual([{ one: 1 }]);
  await adopted.stop();
  expect(isServer(pid)).toBe(false);
});

test("a server that does not take our password is stopped and named in one sentence", async () => {
  const folder = newFolder();
  const first = await start(folder);
  await query(first.adminUrl, "alter role pihordev password 'changed meanwhile'");
  const error = await errorOf(start(folder));
  expect(error).toBeInstanceOf(Unavailable);
  expect(error.message).toContain("does not let us in");
  expect(isServer(first.pid)).toBe(false);
});

test("a stale pid file that names a process of another program is no server", async () => {
  const folder = newFolder();
  const first = await start(folder);
  await first.stop();
  writeFileSync(
    join(folder, "data", "postmaster.pid"),
    `${process.pid}\n${join(folder, "data")}\n0\n1\n\n127.0.0.1\n\nready\n`,
  );
  expect((await start(folder)).adopted).toBe(false);
});

test("a half-made cluster of a start that was killed is made anew", async () => {
  const folder = newFolder();
  await (await start(folder)).stop();
  rmSync(join(folder, "data", "global"), { recursive: true });
  renameSync(join(folder, "data"), join(folder, "data.new"));
  expect(await query((await start(folder)).adminUrl, "select 1 as one")).toEqual([{ one: 1 }]);
});

test("a data folder of another major version is refused with the way out, and left alone", async () => {
  const folder = newFolder();
  await (await start(folder, binariesOf(16))).stop();
  const before = readFileSync(join(folder, "data", "PG_VERSION"), "utf8");
  const error = await errorOf(startPostgres({ folder, major: 18 }));
  expect(error).toBeInstanceOf(BadInput);
  expect(error.message).toMatch(/made by PostgreSQL 16 and this version brings 18: .*backup.*DATABASE_URL/);
  expect(error.message.match(/\.(\s|$)/g)).toHaveLength(1);
  expect(readFileSync(join(folder, "data", "PG_VERSION"), "utf8")).toBe(before);
});

test("a server that cannot start is one clear error with its last words, and no process is left", async () => {
  const folder = newFolder();
  await (await start(folder)).stop();
  rmSync(join(folder, "data", "global", "pg_control"));
  const error = await errorOf(start(folder));
  expect(error).toBeInstanceOf(Unavailable);
  expect(error.message).toContain("pg_control");
});

// Only root drops to another user.
test.runIf(process.getuid?.() === 0)(
  "under a folder that its user cannot enter it lies elsewhere, named by a pointer",
  async () => {
    const folder = newFolder();
    chmodSync(join(folder, ".."), 0o700);
    const first = await start(folder);
    const home = readFileSync(join(folder, "moved-to"), "utf8").trim();
    folders.push(home);
    await query(first.adminUrl, "create table kept as select 1 as one");
    await first.stop();
    const second = await start(folder);
    expect(await query(second.adminUrl, "select one from kept")).toEqual([{ one: 1 }]);
  },
);

function startInAnotherProcess(folder: string): {
  child: ChildProcess;
  told: Promise<{ pid: number; port: number }>;
} {
  const launcher = join(import.meta.dirname, "../../../sql/embedded/launcher.ts");
  const script = `import { startPostgres } from ${JSON.stringify(launcher)};
    const { pid, port } = await startPostgres(${JSON.stringify({ folder, ...binariesOf(testMajor()) })});
    console.log(JSON.stringify({ pid, port }));
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const told = new Promise<{ pid: number; port: number }>((resolve) => {
    child.stdout?.once("data", (line: Buffer) => resolve(JSON.parse(line.toString())));
  });
  return { child, told };
}
