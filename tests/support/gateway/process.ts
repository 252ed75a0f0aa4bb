import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { TEST_KEY } from "../build-app.ts";

const root = join(import.meta.dirname, "../../..");

export type GatewayProcess = {
  child: ChildProcess;
  /** The first line of standard output, parsed; rejects with what went to standard error when it ends before. */
  ready: Promise<{ ready: boolean; url: string; port: number }>;
  /** Exit code and what went to standard error. */
  ended: Promise<{ code: number | null; errors: string }>;
};

/** `gateway/main.ts` as its supervisor starts it. `keyLine` null: the pipe is closed without a word. */
export function spawnGateway(
  env: Record<string, string>,
  keyLine: string | null = greeting(),
): GatewayProcess {
  const child = spawn(process.execPath, ["gateway/main.ts"], {
    cwd: root,
    env: { PATH: process.env.PATH ?? "", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  if (keyLine === null) child.stdin.end();
  else child.stdin.write(`${keyLine}\n`);
  let output = "";
  let errors = "";
  child.stderr.on("data", (data) => {
    errors += data;
  });
  const ended = once(child, "close").then(([code]) => ({ code, errors }));
  const line = new Promise<string>((resolve) => {
    child.stdout.on("data", (data) => {
      output += data;
      if (output.includes("\n")) resolve(output.split("\n", 1)[0] ?? "");
    });
  });
  const failed = ended.then(({ code }) => Promise.reject(new Error(`ended with ${code}: ${errors}`)));
  const ready = Promise.race([line, failed]).then((text) => JSON.parse(text));
  ready.catch(() => {});
  return { child, ready, ended };
}

export function greeting(): string {
  return JSON.stringify({ encryptionKey: TEST_KEY });
}
