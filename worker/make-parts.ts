import { hostname } from "node:os";
import { resolve } from "node:path";
import { messageOf } from "../core/errors.ts";
import type { Settings } from "../core/settings.ts";
import { makeBlobStore } from "../sql/blobs.ts";
import { makePool } from "../sql/database.ts";
import { makeDeltaSender } from "../sql/deltas.ts";
import { makeEventStore } from "../sql/event-store.ts";
import { saveModels } from "../sql/models-table.ts";
import { makeWakeUps } from "../sql/notifications.ts";
import { makeVault } from "../sql/vault.ts";
import { makeModelRegistry } from "./models/registry.ts";
import type { SandboxEndpoint, WorkerParts } from "./parts.ts";

export type WorkerMeans = {
  settings: Settings;
  /** As the role `worker`. */
  databaseUrl: string;
  encryptionKey: string;
  sandbox: SandboxEndpoint;
};

export type OpenedParts = WorkerParts & { close(): Promise<void> };

/** Opens everything that a worker needs. The caller closes it, after what uses it has stopped. */
export async function makeParts({
  settings,
  databaseUrl,
  encryptionKey,
  sandbox,
}: WorkerMeans): Promise<OpenedParts> {
  const pool = makePool(databaseUrl, { max: settings.DATABASE_POOL_SIZE, name: "worker" });
  const wakeUps = await makeWakeUps(databaseUrl);
  const store = makeEventStore(pool);
  const models = await makeModelRegistry(settings);
  await saveModels(pool, models.listModels(), models.defaultModel());
  const dataFolder = resolve(settings.PIHORDEV_DATA);
  const deltas = makeDeltaSender(pool);
  return {
    settings,
    holder: settings.WORKER_NAME ?? `${hostname()}-${process.pid}`,
    dataFolder,
    pool,
    store,
    wakeUps,
    blobs: makeBlobStore({
      folder: resolve(dataFolder, "blobs"),
      ...(settings.BLOB_URL ? { url: settings.BLOB_URL } : {}),
    }),
    vault: makeVault(pool, encryptionKey),
    models,
    deltas,
    sandbox,
    secrets: knownSecrets(settings, { databaseUrl, encryptionKey, sandboxKey: sandbox.apiKey }),
    trustedLoopback: settings.PUBLIC_URL === undefined && isLoopback(settings.HOST),
    log: (line) => process.stderr.write(`worker: ${line}\n`),
    async close() {
      for (const close of [
        () => store.close(),
        () => deltas.close(),
        () => wakeUps.close(),
        () => models.close(),
      ]) {
        await close().catch((error: unknown) =>
          process.stderr.write(`worker: closing: ${messageOf(error)}\n`),
        );
      }
      await pool.end();
    },
  };
}

type OwnSecrets = { databaseUrl: string; encryptionKey: string; sandboxKey: string };

function knownSecrets(settings: Settings, own: OwnSecrets): string[] {
  const password = decodeURIComponent(new URL(own.databaseUrl).password);
  const given = [settings.LLM_API_KEY, settings.OPENSANDBOX_API_KEY, settings.ENCRYPTION_KEY];
  return [
    ...Object.values(settings.providerKeys),
    ...given,
    own.encryptionKey,
    own.sandboxKey,
    password,
  ].filter((secret): secret is string => secret !== undefined && secret.length >= 6);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}
