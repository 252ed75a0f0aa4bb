import { BadInput, Unavailable } from "../../../core/errors.ts";
import type { Settings } from "../../../core/settings.ts";
import { makePool } from "../../../sql/database.ts";
import { makeEventStore } from "../../../sql/event-store.ts";
import { findRunning } from "../../../sql/installation/lock-file.ts";
import { type OpenDatabase, openDatabase } from "../../../sql/installation/open-database.ts";
import { listLeases } from "../../../sql/leases.ts";
import { listModels } from "../../../sql/models-table.ts";
import { makeWakeUps } from "../../../sql/notifications.ts";
import { sealOrganization } from "../../../sql/seals.ts";
import { makeVault } from "../../../sql/vault.ts";
import { makeParts } from "../../make-parts.ts";
import { takeProviderKeys } from "../../models/provider-keys.ts";
import type { WorkerParts } from "../../parts.ts";
import { driveRun } from "../../runs/drive-run.ts";
import type { RunIdentity } from "../../runs/lease.ts";
import { startLocalServer } from "../../sandbox/start-local-server.ts";

export type RunMeans = Pick<WorkerParts, "settings" | "pool" | "store" | "wakeUps" | "vault"> & {
  /** The model asked for, or the default one. Throws BadInput for one that is not there. */
  chooseModel(asked: string | null): string;
  /** Drives the run here, or leaves it to the running installation's worker. */
  work(run: RunIdentity): Promise<void>;
  close(): Promise<void>;
};

/** Commands under which an installation has a worker of its own. */
const WITH_WORKER = ["start", "worker"];

/** What `run` works with: the running installation of the data folder, or itself as the run's only worker. */
export async function openMeans(settings: Settings): Promise<RunMeans> {
  const database = await openDatabase(settings, "run");
  try {
    if (database.source === "external") return await ownMeans(settings, database);
    const running = database.source === "running" ? findRunning(database.dataFolder) : null;
    if (!running) return await ownMeans(settings, database);
    if (WITH_WORKER.includes(running.command)) return await sharedMeans(settings, database);
    throw new Unavailable(
      `"${running.command}" uses this data folder now. Wait for its end, or run \`bun start.ts\`, which takes many tasks.`,
    );
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function ownMeans(settings: Settings, database: OpenDatabase): Promise<RunMeans> {
  takeProviderKeys(process.env);
  const local = settings.OPENSANDBOX_URL
    ? null
    : await startLocalServer({ dataFolder: database.dataFolder, settings });
  const sandbox = local
    ? { url: local.url, apiKey: local.apiKey, provider: "local" as const }
    : {
        url: settings.OPENSANDBOX_URL ?? "",
        apiKey: settings.OPENSANDBOX_API_KEY ?? "",
        provider: "opensandbox" as const,
      };
  const { encryptionKey, urls } = database;
  const parts = await makeParts({ settings, databaseUrl: urls.workerUrl, encryptionKey, sandbox });
  const never = new AbortController().signal;
  return {
    ...parts,
    chooseModel: (asked) => (asked === null ? parts.models.defaultModel() : parts.models.resolve(asked).ref),
    async work(run) {
      await driveRun(parts, run, never);
      // Runs of an earlier `run` that was killed: whoever has their lease now ends them with a reason.
      for (const left of await listLeases(parts.pool, { expiredOnly: true })) {
        await driveRun(parts, left, never);
      }
      // Nobody else is here to do it: without, a log of such runs alone would never be sealed.
      await sealOrganization(parts.pool, run.orgId);
    },
    async close() {
      await parts.close();
      await local?.stop();
      await database.close();
    },
  };
}

async function sharedMeans(settings: Settings, database: OpenDatabase): Promise<RunMeans> {
  const { workerUrl } = database.urls;
  const pool = makePool(workerUrl, { max: 3, name: "run" });
  const wakeUps = await makeWakeUps(workerUrl);
  const store = makeEventStore(pool);
  const { defaultModel, models } = await listModels(pool);
  return {
    settings,
    pool,
    store,
    wakeUps,
    vault: makeVault(pool, database.encryptionKey),
    chooseModel(asked) {
      if (asked === null) return defaultModel;
      if (models.some(({ ref }) => ref === asked)) return asked;
      throw new BadInput(`There is no model ${asked} here. The default is ${defaultModel}.`);
    },
    async work() {},
    async close() {
      await store.close();
      await wakeUps.close();
      await pool.end();
      await database.close();
    },
  };
}
