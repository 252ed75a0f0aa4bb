import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BadInput, Unavailable } from "../../core/errors.ts";
import type { Identity } from "./identity.ts";

export const SUPERUSER = "pihordev";

export type Cluster = {
  home: string;
  data: string;
  native: string;
  major: number;
  identity: Identity;
  /** false: nothing is flushed, for clusters that are thrown away. */
  durable: boolean;
};

/** The cluster's password: made once, kept beside the data with mode 0600. */
export function clusterPassword(home: string): string {
  const file = join(home, "password");
  if (existsSync(file)) return readFileSync(file, "utf8").trim();
  const password = randomBytes(24).toString("hex");
  writeFileSync(file, `${password}\n`, { mode: 0o600, flag: "wx" });
  return password;
}

/**
 * Makes the cluster when there is none. It is made beside its place and renamed, so that a kill in the middle
 * leaves nothing half made. Throws BadInput for a folder of another major version.
 */
export async function ensureCluster(cluster: Cluster, password: string): Promise<void> {
  refuseOtherMajor(cluster);
  if (existsSync(join(cluster.data, "PG_VERSION"))) return;
  const unfinished = `${cluster.data}.new`;
  const passwordFile = join(cluster.home, "password.init");
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (cluster.identity) {
    chownSync(unfinished, cluster.identity.uid, cluster.identity.gid);
    chownSync(passwordFile, cluster.identity.uid, cluster.identity.gid);
  }
  try {
    await initdb(cluster, unfinished, passwordFile);
    renameSync(unfinished, cluster.data);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function refuseOtherMajor({ data, major }: Cluster): void {
  const file = join(data, "PG_VERSION");
  if (!existsSync(file)) return;
  const found = readFileSync(file, "utf8").trim();
  if (found === String(major)) return;
  throw new BadInput(
    `The database in ${data} was made by PostgreSQL ${found} and this version brings ${major}: start the version of Pihordev that made it and take a backup, then move the folder away and restore into a new one, or point DATABASE_URL at a PostgreSQL ${found} server that runs on it.`,
  );
}

/** UTF-8 said outright: under LANG=C initdb would choose SQL_ASCII. The builtin provider came with 17. */
function localeFlags(major: number): string[] {
  const flags = ["--encoding=UTF8", "--locale=C"];
  return major >= 17 ? [...flags, "--locale-provider=builtin", "--builtin-locale=C.UTF-8"] : flags;
}

function initdb(cluster: Cluster, data: string, passwordFile: string): Promise<void> {
  const flags = [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--data-checksums",
    ...(cluster.durable ? [] : ["--no-sync"]),
    ...localeFlags(cluster.major),
  ];
  const child = spawn(join(cluster.native, "bin", "initdb"), flags, {
    ...cluster.identity,
    cwd: cluster.home,
    env: { LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors = (errors + text).slice(-2_000);
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) return resolve();
      const reason = errors.trim().replace(/\s+/g, " ");
      reject(
        new Unavailable(
          `The database could not be made in ${cluster.home}: ${reason || `initdb ended with ${code}`}.`,
        ),
      );
    });
  });
}
