import type { Settings } from "../../../core/settings.ts";
import type { InstallationLock } from "../../../sql/installation/lock-file.ts";
import type { KeptChild } from "../processes/keep-running.ts";
import type { DatabasePart } from "./database.ts";
import type { SandboxPart } from "./sandbox.ts";

/** What an installation is made of and with. */
export type Plan = {
  settings: Settings;
  dataFolder: string;
  encryptionKey: string;
  /** Null: no page. `fixed`: it was set; else the gateway takes the next one that is free. */
  port: { number: number; fixed: boolean } | null;
  openDatabase(): Promise<DatabasePart>;
  /** Null: no worker. */
  openSandbox: (() => Promise<SandboxPart>) | null;
  /** Null: another process holds the data folder. */
  lock: InstallationLock | null;
  /** One line for the operator. Never a secret. */
  say(line: string): void;
};

/** The parts that run now. */
export type Parts = {
  database: DatabasePart | null;
  sandbox: SandboxPart | null;
  gateway: KeptChild | null;
  /** Where the page was first served: kept when the gateway starts again. */
  pagePort: number | null;
  worker: KeptChild | null;
};
