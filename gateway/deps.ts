import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { Pool } from "pg";
import type { Settings } from "../core/settings.ts";
import type { BlobStore } from "../sql/blobs.ts";
import type { EventStore } from "../sql/event-store.ts";
import type { WakeUps } from "../sql/notifications.ts";
import type { Vault } from "../sql/vault.ts";

/** Everything the gateway stands on, opened by `open-deps.ts` or by a test. All of it as database role `gateway`. */
export type GatewayDeps = {
  settings: Settings;
  pool: Pool;
  store: EventStore;
  wakeUps: WakeUps;
  vault: Vault;
  blobs: BlobStore;
  /** Folder of the built page. */
  uiFolder: string;
};

/** Fastify with zod schemas: what routes and plugins take. */
export type App = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;
