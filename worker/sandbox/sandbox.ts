/**
 * The port of the sandbox: our words for what a run needs of a box. Its one implementation speaks the
 * OpenSandbox SDK (`open-sandbox.ts`), against a production server or our local one.
 */
export type Network = "egress" | "none";

export type SandboxOptions = {
  orgId: string;
  runId: string;
  /** Ends opening early. */
  signal?: AbortSignal;
};

export type CommandOptions = {
  /** Absolute path in the box; default /workspace. */
  cwd?: string;
  timeoutMs: number;
  /** Added to the box's clean environment. */
  env?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
  /** Called with pieces of stdout and stderr, in order, as UTF-8 text. Must not throw. */
  onOutput?: (text: string) => void;
  /** Output kept in memory; more is counted and dropped from the middle. Default 16 MiB. */
  maxOutputBytes?: number;
};

/** `exitCode` null: it never had one. `lost` means that the box or its server is gone: open it again. */
export type CommandResult = {
  exitCode: number | null;
  reason: "exit" | "timeout" | "aborted" | "killed" | "lost";
  /** stdout and stderr interleaved as they came. Invalid UTF-8 and NUL are replaced by U+FFFD. */
  output: string;
  /** What was printed, also what was dropped. */
  outputBytes: number;
  durationMs: number;
};

export type FileInfo = { path: string; type: "file" | "directory" | "symlink" | "other"; size: number };

/** Every path is resolved inside the box: there is no host path in any of these. */
export type Sandbox = {
  readonly sandboxId: string;
  readonly provider: "local" | "opensandbox";
  readonly network: Network;
  /** Never rejects for what the command does; rejects with SandboxError only when it could not be asked at all. */
  run(command: string, options: CommandOptions): Promise<CommandResult>;
  /** Throws NotFound, TooLarge over `maxBytes` (default 64 MiB), SandboxError. */
  readFile(path: string, options?: { maxBytes?: number }): Promise<Uint8Array>;
  /** Makes missing folders. `mode` in octal, for example 0o644. */
  writeFile(path: string, data: Uint8Array | string, options?: { mode?: number }): Promise<void>;
  list(path: string, options?: { depth?: number }): Promise<FileInfo[]>;
  info(path: string): Promise<FileInfo | null>;
  /** Ends the box and everything in it. Safe to call twice, and on a box that is gone. */
  close(): Promise<void>;
};

export type OpenSandbox = (options: SandboxOptions) => Promise<Sandbox>;

/** Where the clone lies in every box; the platform's skills and AGENTS.md lie beside it, never inside. */
export const WORKSPACE = "/workspace/repo";
export const PLATFORM_FOLDER = "/workspace/.pihordev";
