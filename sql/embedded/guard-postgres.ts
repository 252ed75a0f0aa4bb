import { spawn } from "node:child_process";
import { identityOf } from "../installation/process-identity.ts";

/**
 * Postgres runs detached, so a killed supervisor or command would leave it behind. A shell waits on a pipe that ends with
 * us, and then asks that very process (same start time) for a fast shutdown. At a normal stop it finds nothing.
 * Linux only: elsewhere the next start adopts the server.
 */
const SCRIPT = `cat >/dev/null
at() { cut -d' ' -f22 "/proc/$1/stat" 2>/dev/null; }
if [ "$(at "$1")" = "$2" ]; then kill -INT "$1"; fi`;

export function guardPostgres(pid: number): void {
  const ticks = identityOf(pid)?.startTime.split(":").at(-1);
  if (process.platform !== "linux" || ticks === undefined) return;
  const guard = spawn("/bin/sh", ["-c", SCRIPT, "postgres-guard", String(pid), ticks], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    env: { PATH: "/usr/local/bin:/usr/bin:/bin" },
  });
  guard.on("error", () => {});
  guard.stdin.on("error", () => {});
  guard.unref();
}
