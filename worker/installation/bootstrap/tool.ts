import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { Stop } from "./stop.ts";

/** Keys of providers and databases are no business of an installer, a build or a test. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|CREDENTIAL|DATABASE_URL|BLOB_URL/;
/** What a package client needs to reach a private registry. */
const CLIENT_NAME = /^(npm_|bun_config_)/i;

/** Of what a tool printed before it failed. */
const LAST_LINES = 30;

/** The environment without whatever may hold a secret of the product. */
export function environmentWithoutSecrets(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => CLIENT_NAME.test(name) || !SECRET_NAME.test(name)),
  );
}

/** Runs a tool quietly. Throws Stop with its last lines when it fails. */
export function runTool(
  what: string,
  command: readonly string[],
  options: { cwd?: string; env?: object } = {},
) {
  const failure = tryTool(command, options);
  if (failure !== null) throw new Stop(`${what} failed: ${failure}`);
}

/** Null when it ended with 0, else its last lines. Stdin is closed, so nothing waits for an answer. */
export function tryTool(
  command: readonly string[],
  options: { cwd?: string; env?: object } = {},
): string | null {
  const [program = "", ...args] = command;
  const done = spawnSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 64 * 1024 * 1024,
    ...(options.cwd && { cwd: options.cwd }),
    env: { ...environmentWithoutSecrets(), NO_COLOR: "1", ...options.env },
  });
  if (done.status === 0) return null;
  const said = `${done.stdout ?? ""}\n${done.stderr ?? ""}`.trim().split("\n").slice(-LAST_LINES).join("\n");
  return said || done.error?.message || `it ended with ${done.status ?? done.signal}`;
}

/** Full path of a program; null: not installed. `/usr/sbin` is looked at too, where servers are kept. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/local/sbin", "/usr/sbin", "/sbin"];
  for (const folder of folders.filter((each) => each.startsWith("/"))) {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return join(folder, name);
    } catch {
      // Not in this folder.
    }
  }
  return null;
}
