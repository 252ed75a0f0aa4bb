import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import { removeFolder } from "./box-folder.ts";
import { type Channel, makeChannel } from "./channel.ts";
import { killCgroups, removeCgroups } from "./limits/cgroups.ts";
import { PROGRAM_PATH } from "./machine.ts";
import { hasEnded, type ProcessRow, processTree } from "./processes.ts";
import type { BoxPlan } from "./recipe.ts";

/** A running box: starting → running → ended. `ended` resolves, with the reason, when all of it is gone. */
export type Box = {
  readonly channel: Channel;
  /** The processes that it consisted of when it was ready, the outer one first. */
  frame(): readonly ProcessRow[];
  readonly plan: BoxPlan;
  readonly ended: Promise<string>;
  /** Ends the box and removes every process, mount, cgroup and file of it. Safe to call twice. */
  end(reason: string): Promise<void>;
};
type Outer = ChildProcessByStdio<Writable, Readable, Readable>;

const STDERR_KEPT = 2_000;
const END_TIMEOUT_MS = 10_000;
const END_POLL_MS = 4;

/** Starts a box and waits for its supervisor. Throws, with nothing left over, when it does not come up in time. */
export async function startBox(plan: BoxPlan, argv: readonly string[], readyTimeoutMs: number): Promise<Box> {
  const outer = spawnOuter(argv);
  const box = watchOver(outer, plan);
  try {
    await Promise.race([box.channel.ready, tooLate(readyTimeoutMs)]);
    return box;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    await box.end(reason);
    throw new Error(`The box did not start: ${reason}`);
  }
}

/** The environment is PATH alone: whatever bwrap is started with can be read inside, in /proc/1/environ. */
function spawnOuter(argv: readonly string[]): Outer {
  const [program = "", ...rest] = argv;
  return spawn(program, rest, {
    cwd: "/",
    env: { PATH: PROGRAM_PATH },
    stdio: ["pipe", "pipe", "pipe"],
    detached: true,
  });
}

function watchOver(outer: Outer, plan: BoxPlan): Box {
  const channel = makeChannel({ input: outer.stdin, output: outer.stdout });
  const gone = Promise.withResolvers<string>();
  const pid = outer.pid ?? -1;
  let members: ProcessRow[] = [];
  let ending: Promise<void> | null = null;
  let stderr = "";
  outer.stderr.on("data", (bytes: Buffer) => {
    stderr = `${stderr}${bytes}`.slice(-STDERR_KEPT);
  });
  void channel.ready.then(
    () => {
      members = processTree(pid);
    },
    () => undefined,
  );
  const end = (reason: string): Promise<void> => {
    ending ??= endAll(reason).catch((thrown: unknown) => {
      // What could not be removed can be tried again.
      ending = null;
      throw thrown;
    });
    return ending.finally(() => gone.resolve(reason));
  };
  const endAll = async (reason: string): Promise<void> => {
    channel.break(reason);
    const all = [...members, ...processTree(pid)];
    killOuter(outer);
    killCgroups(plan.cgroupFolders);
    await allEnded(all);
    await removeCgroups(plan.cgroupFolders);
    await removeFolder(plan.folder);
  };
  outer.on("error", (error) => void end(error.message).catch(() => undefined));
  outer.on("exit", () => void end(`The box has ended. ${lastLines(stderr)}`.trim()).catch(() => undefined));
  return { channel, frame: () => members, plan, ended: gone.promise, end };
}

function killOuter(outer: Outer): void {
  // Only a child that is still ours: its pid cannot have been given to another process.
  if (outer.exitCode === null && outer.signalCode === null) outer.kill("SIGKILL");
}

/** The box's first process ends only after all others of its namespace, so that none is missed. */
async function allEnded(members: readonly ProcessRow[]): Promise<void> {
  const deadline = Date.now() + END_TIMEOUT_MS;
  while (!members.every(hasEnded)) {
    if (Date.now() > deadline) throw new Error("Processes of a box did not end when they were killed.");
    await wait(END_POLL_MS);
  }
}

async function tooLate(timeoutMs: number): Promise<never> {
  await wait(timeoutMs, undefined, { ref: false });
  throw new Error(`it gave no sign for ${timeoutMs} ms.`);
}

function lastLines(text: string): string {
  return text
    .split("\n")
    .filter((line) => line.trim() && !line.includes("syslog"))
    .slice(-4)
    .join(" ");
}
