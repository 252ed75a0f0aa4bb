import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { isRoot } from "./box-server.ts";

const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
const CONFIG = "tests/worker/sandbox/ordinary-user.config.ts";
const TIMEOUT_MS = 900_000;

/**
 * In a mount namespace of its own: the repository and Bun may lie where only root can go, so they are shown at a
 * place that everybody can reach, and root is given up for good.
 */
const SCRIPT = `set -e
uid=$1 repository=$2 bun=$3; shift 3
mount -t tmpfs -o mode=0755 tmpfs /mnt
mkdir /mnt/repository /mnt/home; : > /mnt/bun
mount --bind "$repository" /mnt/repository
mount --bind "$bun" /mnt/bun
chown "$uid:$uid" /mnt/home
cd /mnt/repository
exec setpriv --reuid "$uid" --regid "$uid" --clear-groups -- env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/mnt/home "$@"`;

test(
  "the sandbox's tests pass without root, too",
  async () => {
    if (!isRoot) {
      console.log("This run is an ordinary user's already: every sandbox test ran as one, and none as root.");
      return;
    }
    const uid = String(2_100_000_000 + randomInt(40_000_000));
    const vitest = ["node_modules/vitest/vitest.mjs", "run", "--configLoader", "native", "--config", CONFIG];
    const program = ["/mnt/bun", "--bun", ...vitest];
    const args = [
      "--mount",
      "--propagation",
      "private",
      "sh",
      "-c",
      SCRIPT,
      "sh",
      uid,
      REPOSITORY,
      process.execPath,
    ];
    const { code, output } = await run("unshare", [...args, ...program]);
    expect({ code, output: code === 0 ? "" : output }).toEqual({ code: 0, output: "" });
    expect(output).toMatch(/Tests\s+.*\d\d+ passed/);
    expect(output).not.toMatch(/skipped|No test files/);
  },
  TIMEOUT_MS,
);

function run(program: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH ?? "" },
    });
    let output = "";
    const keep = (bytes: Buffer): void => {
      output = `${output}${bytes}`.slice(-20_000);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}
