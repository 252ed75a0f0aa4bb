import type { Readable } from "node:stream";
import { RepositoryError } from "../../core/errors.ts";
import { gitEnvironment } from "./host/environment.ts";
import { diskFull } from "./host/explain.ts";
import { type Finished, type SpawnLimits, spawnBounded } from "./host/spawn.ts";
import type { GitOptions } from "./repository.ts";

export type GitCall = {
  options: GitOptions;
  /** The bare repository to work in. */
  gitDir?: string;
  /** Transports this call may use; default: none but a bundle on disk is ever read. */
  protocols?: readonly string[];
  config?: Readonly<Record<string, string>>;
  variables?: Readonly<Record<string, string>>;
  input?: Uint8Array | string | Readable;
  maxOutputBytes?: number;
  onSpawn?: (pid: number) => void;
  /** Asked twice a second; a text ends git and becomes the error. */
  watch?: () => Promise<string | null>;
};

export type GitResult = { exitCode: number; stdout: Buffer; stderr: string };

const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

/**
 * Runs git in a clean environment. A failing exit code is an answer, not an error.
 * Throws RepositoryError when it takes too long, prints too much, finds the disk full or cannot be started.
 */
export async function runGit(args: readonly string[], call: GitCall): Promise<GitResult> {
  const { options, gitDir, protocols = [], config, variables } = call;
  const env = await gitEnvironment(options, {
    protocols,
    ...(config ? { config } : {}),
    variables: { ...(gitDir ? { GIT_DIR: gitDir } : {}), ...variables },
  });
  const finished = await spawnBounded("git", args, { env, ...limitsOf(call) });
  const { exitCode, stdout, stderr } = finished;
  if (finished.ended !== "exit" || exitCode === null) throw endedError(args[0] ?? "", finished, options);
  if (exitCode !== 0 && /No space left on device|Disk quota exceeded/i.test(stderr)) throw diskFull();
  return { exitCode, stdout, stderr };
}

/** As runGit, and a failing exit code throws RepositoryError with what git said. Answers its trimmed output. */
export async function git(args: readonly string[], call: GitCall): Promise<string> {
  const { exitCode, stdout, stderr } = await runGit(args, call);
  if (exitCode === 0) return stdout.toString("utf8").trim();
  const said = stderr.trim().split("\n").at(-1) ?? "";
  throw new RepositoryError(`git ${args[0]} failed on this machine (${said || `exit ${exitCode}`}).`);
}

/** `git version 2.39.5`. Throws RepositoryError that says what to do when there is no git. */
export async function gitVersion(): Promise<string> {
  const limits = {
    timeoutMs: 10_000,
    maxOutputBytes: 4_096,
    env: { PATH: process.env.PATH ?? "", LC_ALL: "C" },
  };
  const { stdout, exitCode } = await spawnBounded("git", ["--version"], limits);
  if (exitCode !== 0)
    throw new RepositoryError("git does not run on this machine. Install it and try again.");
  return stdout.toString("utf8").trim();
}

function limitsOf(call: GitCall): Omit<SpawnLimits, "env"> {
  const { options, input, onSpawn, watch } = call;
  return {
    timeoutMs: options.timeoutMs,
    maxOutputBytes: call.maxOutputBytes ?? MAX_OUTPUT_BYTES,
    ...(options.signal ? { signal: options.signal } : {}),
    ...(input === undefined ? {} : { input }),
    ...(onSpawn ? { onSpawn } : {}),
    ...(watch ? { watch } : {}),
  };
}

function endedError(command: string, finished: Finished, options: GitOptions): Error {
  const { ended, detail } = finished;
  if (ended === "aborted")
    return options.signal?.reason instanceof Error ? options.signal.reason : new Error("aborted");
  if (ended === "timeout") {
    const seconds = Math.round(options.timeoutMs / 1_000);
    return new RepositoryError(
      `git ${command} took longer than ${seconds} s and was ended. Try again, or raise GIT_TIMEOUT_MS.`,
    );
  }
  if (ended === "watch") return new RepositoryError(detail);
  if (ended === "output") return new RepositoryError(`git ${command} printed more than this platform reads.`);
  return new RepositoryError(`git ${command} was killed on this machine. ${detail}`.trim());
}
