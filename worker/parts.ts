import type pg from "pg";
import type { DeltaFrame } from "../core/protocol.ts";
import type { Settings } from "../core/settings.ts";
import type { BlobStore } from "../sql/blobs.ts";
import type { EventStore } from "../sql/event-store.ts";
import type { WakeUps } from "../sql/notifications.ts";
import type { Vault } from "../sql/vault.ts";
import type { ModelRegistry } from "./models/registry.ts";

/** Where boxes come from: a production OpenSandbox server, or the local one. */
export type SandboxEndpoint = { url: string; apiKey: string; provider: "local" | "opensandbox" };

/** What every part of a worker is given. Made once a process in `make-parts.ts`. */
export type WorkerParts = {
  settings: Settings;
  /** This worker's name: holder of its leases. */
  holder: string;
  dataFolder: string;
  pool: pg.Pool;
  store: EventStore;
  wakeUps: WakeUps;
  blobs: BlobStore;
  vault: Vault;
  models: ModelRegistry;
  deltas: { send(orgId: string, frame: DeltaFrame): void };
  sandbox: SandboxEndpoint;
  /** Values that must never be written anywhere: taken out of tool output. */
  secrets: readonly string[];
  /** True on a loopback-bound install of one owner: local paths may be linked. */
  trustedLoopback: boolean;
  /** One line for the operator on stderr. Never a secret. */
  log(line: string): void;
};
