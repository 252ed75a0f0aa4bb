import { join } from "node:path";
import { Unavailable } from "../../core/errors.ts";
import type { Settings } from "../../core/settings.ts";
import { guardPostgres } from "../embedded/guard-postgres.ts";
import { startPostgres } from "../embedded/launcher.ts";
import { migrate } from "../migrate.ts";
import { openDataFolder } from "./data-folder.ts";
import { type DatabaseUrls, findRunning, takeLock } from "./lock-file.ts";
import { openSecrets } from "./secrets.ts";

export type OpenDatabase = {
  urls: DatabaseUrls;
  encryptionKey: string;
  dataFolder: string;
  /** `external`: DATABASE_URL; `running`: that of the running installation; `embedded`: started for this call. */
  source: "external" | "running" | "embedded";
  /** Migrations that were applied now. */
  applied: string[];
  /** Stops what was started here. */
  close(): Promise<void>;
};

/**
 * The migrated database of a command: DATABASE_URL, else that of the running installation, else the embedded one,
 * started for as long as the command takes (the data folder is locked meanwhile, in the name of `command`).
 */
export async function openDatabase(settings: Settings, command: string): Promise<OpenDatabase> {
  const dataFolder = openDataFolder(settings.PIHORDEV_DATA);
  const { encryptionKey } = openSecrets(dataFolder, settings.ENCRYPTION_KEY);
  const nothing = async () => {};
  const external = externalUrl(settings);
  if (external !== null) {
    const migrated = await migrateDatabase(external, settings, dataFolder);
    return { ...migrated, encryptionKey, dataFolder, source: "external", close: nothing };
  }
  const running = findRunning(dataFolder);
  if (running !== null && running.database !== null) {
    return {
      urls: running.database,
      applied: [],
      encryptionKey,
      dataFolder,
      source: "running",
      close: nothing,
    };
  }
  const lock = takeLock(dataFolder, command);
  try {
    const started = await startEmbedded(settings, dataFolder);
    guardPostgres(started.pid);
    lock.update({ database: started.urls });
    return {
      ...started,
      encryptionKey,
      dataFolder,
      source: "embedded",
      close: () => started.stop().finally(() => lock.release()),
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

export type EmbeddedDatabase = {
  urls: DatabaseUrls;
  applied: string[];
  pid: number;
  stop(): Promise<void>;
};

/** Starts (or adopts) the embedded cluster of the data folder and migrates it. The caller holds the lock. */
export async function startEmbedded(settings: Settings, dataFolder: string): Promise<EmbeddedDatabase> {
  const postgres = await startPostgres({ folder: join(dataFolder, "postgres") });
  try {
    const migrated = await migrateDatabase(postgres.adminUrl, settings, dataFolder);
    return { ...migrated, pid: postgres.pid, stop: () => postgres.stop() };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

/** Brings a database to this version and makes its roles, or checks those whose URLs were given. */
export async function migrateDatabase(
  adminUrl: string,
  settings: Settings,
  dataFolder: string,
): Promise<{ urls: DatabaseUrls; applied: string[] }> {
  const { passwords } = openSecrets(dataFolder, settings.ENCRYPTION_KEY);
  const given = {
    ...(settings.GATEWAY_DATABASE_URL && { gateway: settings.GATEWAY_DATABASE_URL }),
    ...(settings.WORKER_DATABASE_URL && { worker: settings.WORKER_DATABASE_URL }),
    ...(settings.AUTH_DATABASE_URL && { auth: settings.AUTH_DATABASE_URL }),
  };
  const { applied, gatewayUrl, workerUrl, authUrl } = await migrate({ adminUrl, roleUrls: given, passwords });
  return { urls: { adminUrl, gatewayUrl, workerUrl, authUrl }, applied };
}

/** DATABASE_URL; null: the embedded database. Role URLs alone would leave nobody to migrate. */
export function externalUrl(settings: Settings): string | null {
  if (settings.DATABASE_URL !== undefined) return settings.DATABASE_URL;
  const named = (["GATEWAY_DATABASE_URL", "WORKER_DATABASE_URL", "AUTH_DATABASE_URL"] as const).filter(
    (name) => settings[name] !== undefined,
  );
  if (named.length === 0) return null;
  throw new Unavailable(
    `${named.join(" and ")} cannot be used without DATABASE_URL, the role that migrates: set it too, or unset ${named.join(" and ")}.`,
  );
}
