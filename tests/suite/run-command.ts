import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { testEnvironment } from "./test-environment.ts";

export const ROOT = join(import.meta.dirname, "../..");

const running = new Set<ChildProcess>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => {
    for (const child of running) child.kill("SIGTERM");
  });
}

export type CommandResult = { exitCode: number; output: string; ms: number };

/** Runs a command in the project; stdin is closed. `show`: its output goes to the terminal, else it is collected. */
export function runCommand(
  command: readonly string[],
  options: { show?: boolean; env?: NodeJS.ProcessEnv } = {},
): Promise<CommandResult> {
  const [program = "", ...args] = command;
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: ROOT,
    env: { ...testEnvironment(), ...options.env },
    stdio: options.show ? ["ignore", "inherit", "inherit"] : ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  const collect = (text: string) => {
    output += text;
  };
  child.stdout?.setEncoding("utf8").on("data", collect);
  child.stderr?.setEncoding("utf8").on("data", collect);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      running.delete(child);
      resolve({ exitCode: code ?? 1, output, ms: performance.now() - startedAt });
    });
  });
}

/** A tool of node_modules, run by this Bun. */
export function tool(path: string, ...args: readonly string[]): string[] {
  return [process.execPath, "--bun", join(ROOT, "node_modules", path), ...args];
}
