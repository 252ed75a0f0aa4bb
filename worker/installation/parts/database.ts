import { BadInput, messageOf, Unavailable } from "../../../core/errors.ts";
import type { Settings } from "../../../core/settings.ts";
import { guardPostgres } from "../../../sql/embedded/guard-postgres.ts";
import { type DatabaseUrls, findRunning } from "../../../sql/installation/lock-file.ts";
import { externalUrl, migrateDatabase, startEmbedded } from "../../../sql/installation/open-database.ts";
import { identityOf, isAlive } from "../../../sql/installation/process-identity.ts";

/** The database that an installation works on. */
export type DatabasePart = {
  urls: DatabaseUrls;
  /** False once the embedded server is gone. Somebody else's server is not ours to watch. */
  lives(): boolean;
  stop(): Promise<void>;
};

/** DATABASE_URL, or the embedded cluster of the data folder, migrated. */
export async function openWholeDatabase(settings: Settings, dataFolder: string): Promise<DatabasePart> {
  const external = externalUrl(settings);
  if (external !== null) return await openExternal(external, settings, dataFolder);
  const embedded = await startEmbedded(settings, dataFolder);
  guardPostgres(embedded.pid);
  const identity = identityOf(embedded.pid);
  return {
    urls: embedded.urls,
    lives: () => identity !== null && isAlive(identity),
    stop: () => embedded.stop(),
  };
}

/** For a gateway or worker alone: DATABASE_URL, or the database of the installation that runs here. */
export async function joinDatabase(settings: Settings, dataFolder: string): Promise<DatabasePart> {
  const external = externalUrl(settings);
  if (external !== null) return await openExternal(external, settings, dataFolder);
  const urls = findRunning(dataFolder)?.database;
  if (urls) return { urls, lives: () => true, stop: async () => {} };
  throw new Unavailable(
    `No installation runs on ${dataFolder}: start one with "bun start.ts", or set DATABASE_URL to the database to work on.`,
  );
}

async function openExternal(adminUrl: string, settings: Settings, dataFolder: string): Promise<DatabasePart> {
  try {
    const { urls } = await migrateDatabase(adminUrl, settings, dataFolder);
    return { urls, lives: () => true, stop: async () => {} };
  } catch (error) {
    if (error instanceof BadInput || error instanceof Unavailable) throw error;
    throw new Unavailable(
      `The database of DATABASE_URL could not be prepared (${messageOf(error)}): check that it runs, and that its role may create roles.`,
      { cause: error },
    );
  }
}
