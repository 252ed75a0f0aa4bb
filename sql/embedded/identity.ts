import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** The user the server runs as; null: the one we are. */
export type Identity = { uid: number; gid: number } | null;

const NOBODY = { uid: 65_534, gid: 65_534 };

/** PostgreSQL refuses to run as root: then it is `nobody`, which exists everywhere and needs no set-up. */
export function serverIdentity(): Identity {
  if (process.getuid?.() !== 0) return null;
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : NOBODY;
}

/** Whether `identity` can enter the folder or run the file: asked of the kernel, so that ACLs count too. */
export function canReach(identity: Identity, path: string): boolean {
  if (!identity) return true;
  const asked = spawnSync("/bin/sh", ["-c", 'test -x "$1"', "sh", path], {
    ...identity,
    cwd: "/",
    stdio: "ignore",
  });
  return asked.status === 0;
}
