import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { canReach, type Identity } from "./identity.ts";

/** Traversable by every user on usual systems; used only when the data folder is not. */
const SYSTEM_PLACE = "/var/lib/pihordev";

/**
 * The folder that holds the cluster: `folder` itself, or, when the server's user cannot reach it (a checkout
 * under a home folder of mode 0700, started as root), one outside that a pointer file in `folder` names.
 */
export function clusterHome(folder: string, identity: Identity): string {
  const wanted = resolve(folder);
  mkdirSync(wanted, { recursive: true, mode: 0o711 });
  const pointer = join(wanted, "moved-to");
  if (existsSync(pointer)) return readFileSync(pointer, "utf8").trim();
  if (identity) chmodSync(wanted, 0o755);
  if (canReach(identity, wanted)) return wanted;
  const home = join(SYSTEM_PLACE, randomBytes(6).toString("hex"));
  mkdirSync(home, { recursive: true, mode: 0o755 });
  writeFileSync(pointer, `${home}\n`, { mode: 0o600 });
  return home;
}
