import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ProcessIdentity } from "../../sql/installation/process-identity.ts";
import { signalProcess } from "../../sql/installation/process-identity.ts";
import { testEnvironment } from "../suite/test-environment.ts";
import { treeOf, until, untilGone } from "./processes.ts";

const ROOT = join(import.meta.dirname, "../..");
export const READY = /Pihordev is ready: (http:\/\/localhost:(\d+))/;
/** Generous: two processors may be busy with other tests. What is measured is measured elsewhere. */
const WAIT_MS = 60_000;

export type Finished = { exitCode: number | null; stdout: string; stderr: string };

export type Started = {
  pid: number;
  /** Everything printed so far. */
  output(): string;
  /** The first match in what is printed. Throws with the output when the process ends before. */
  waitFor(pattern: RegExp): Promise<RegExpMatchArray>;
  kill(signal: NodeJS.Signals): void;
  finished: Promise<Finished>;
};

export type StartOptions = {
  /** A program that starts it instead of us. */
  through?: readonly string[];
  /** When it is ended: with the test, or in a hook with the file (`afterAll`). */
  atEnd?: (end: () => Promise<void>) => void;
};

/** Starts `bun <file> <args>` with the settings given and none of this machine's; ended, with its tree, at the end. */
export function startProgram(
  args: readonly string[],
  settings: NodeJS.ProcessEnv,
  { through = [], atEnd = onTestFinished }: StartOptions = {},
): Started {
  const [file = "", ...rest] = args;
  const [program = "", ...words] = [...through, process.execPath, join(ROOT, file), ...rest];
  const child = spawn(program, words, {
    cwd: ROOT,
    env: { ...testEnvironment(), ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      printed[name] += text;
    });
  }
  const output = () => `${printed.stdout}${printed.stderr}`;
  atEnd(() => endWithTree(child));
  return {
    pid: child.pid ?? -1,
    output,
    kill: (signal) => void child.kill(signal),
    finished: new Promise((resolve) => child.once("close", (exitCode) => resolve({ exitCode, ...printed }))),
    async waitFor(pattern) {
      const ended = () => child.exitCode !== null || child.signalCode !== null;
      await until(
        () => pattern.test(output()) || ended(),
        WAIT_MS,
        () => `no ${pattern} in: ${output()}`,
      );
      const match = output().match(pattern);
      if (match === null)
        throw new Error(`it ended (${child.exitCode ?? child.signalCode}) and printed: ${output()}`);
      return match;
    },
  };
}

/** `bun start.ts` up to the ready page. */
export async function startInstallation(
  settings: NodeJS.ProcessEnv,
  options: StartOptions = {},
): Promise<Started & { url: string }> {
  const started = startProgram(["start.ts"], settings, options);
  const [, url = ""] = await started.waitFor(READY);
  return { ...started, url };
}

/** Runs a command to its end. */
export function runProgram(
  args: readonly string[],
  settings: NodeJS.ProcessEnv,
  options: StartOptions = {},
): Promise<Finished> {
  return startProgram(args, settings, options).finished;
}

/** The supervisor is the bootstrap's only child that runs it. */
export function supervisorOf({ pid }: Started): ProcessIdentity {
  const [supervisor] = treeOf(pid).filter((each) => each.pid !== pid);
  if (supervisor === undefined) throw new Error("the bootstrap has no child");
  return supervisor;
}

async function endWithTree(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const tree = treeOf(child.pid);
  child.kill("SIGTERM");
  await untilGone(tree, 20_000).catch(() => {
    for (const each of tree) signalProcess(each, "SIGKILL");
  });
}
