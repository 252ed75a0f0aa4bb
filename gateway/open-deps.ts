import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { BadInput, messageOf } from "../core/errors.ts";
import type { Settings } from "../core/settings.ts";
import { makeBlobStore } from "../sql/blobs.ts";
import { makePool } from "../sql/database.ts";
import { makeEventStore } from "../sql/event-store.ts";
import { makeWakeUps } from "../sql/notifications.ts";
import { makeVault } from "../sql/vault.ts";
import type { GatewayDeps } from "./deps.ts";

export type GatewayMeans = { settings: Settings; encryptionKey: string };
export type OpenedDeps = GatewayDeps & { close(): Promise<void> };

/** Opens everything the gateway stands on, as database role `gateway`. The caller closes it, after the app. */
export async function openDeps({ settings, encryptionKey }: GatewayMeans): Promise<OpenedDeps> {
  const url = settings.GATEWAY_DATABASE_URL;
  if (!url)
    throw new BadInput("The gateway needs GATEWAY_DATABASE_URL: start it with `bun pihordev.ts gateway`.");
  const pool = makePool(url, { max: settings.DATABASE_POOL_SIZE, name: "gateway" });
  const wakeUps = await makeWakeUps(url);
  const store = makeEventStore(pool);
  return {
    settings,
    pool,
    store,
    wakeUps,
    vault: makeVault(pool, encryptionKey),
    blobs: makeBlobStore({
      folder: resolve(settings.PIHORDEV_DATA, "blobs"),
      ...(settings.BLOB_URL ? { url: settings.BLOB_URL } : {}),
    }),
    uiFolder: fileURLToPath(new URL("../ui/dist", import.meta.url)),
    async close() {
      for (const close of [() => store.close(), () => wakeUps.close(), () => pool.end()]) {
        await close().catch((error: unknown) =>
          process.stderr.write(`gateway: closing: ${messageOf(error)}\n`),
        );
      }
    },
  };
}
