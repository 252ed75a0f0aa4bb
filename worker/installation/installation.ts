import { messageOf } from "../../core/errors.ts";
import type { Settings } from "../../core/settings.ts";
import type { InstallationLock } from "../../sql/installation/lock-file.ts";
import { gatewayEnvironment, workerEnvironment } from "./child-environment.ts";
import type { DatabasePart } from "./database-part.ts";
import { type ChildOptions, type KeptChild, keepRunning } from "./keep-running.ts";
import type { SandboxPart } from "./sandbox-part.ts";

export type InstallationDeps = {
  settings: Settings;
  dataFolder: string;
  encryptionKey: string;
  /** Null: no page. */
  port: number | null;
  openDatabase(): Promise<DatabasePart>;
  /** Null: no worker. */
  openSandbox: (() => Promise<SandboxPart>) | null;
  /** Null: another process holds the data folder. */
  lock: InstallationLock | null;
  say(line: string): void;
};

const WATCH_MS = 500;

/**
 * The parts in their order: database, sandbox server, gateway, worker; ended the other way round. The gateway and
 * the worker start again by themselves (`keep-running.ts`); when the database or the sandbox server dies, it is
 * started again and so is who uses it, since its address changed.
 */
export function makeInstallation(deps: InstallationDeps) {
  const { settings, say } = deps;
  let database: DatabasePart | null = null;
  let sandbox: SandboxPart | null = null;
  let gateway: KeptChild | null = null;
  let worker: KeptChild | null = null;
  let watch: NodeJS.Timeout | null = null;
  let healing: Promise<void> = Promise.resolve();
  let stopping = false;

  async function start(signal: AbortSignal): Promise<void> {
    database = await deps.openDatabase();
    deps.lock?.update({ database: database.urls });
    if (deps.openSandbox !== null && !signal.aborted) sandbox = await deps.openSandbox();
    if (signal.aborted) return;
    if (deps.port !== null) gateway = keepRunning({ ...childOptions(), ...gatewayOptions(deps.port) });
    if (deps.openSandbox !== null) worker = keepRunning({ ...childOptions(), ...workerOptions() });
    watch = setTimeout(watchParts, WATCH_MS);
  }

  function childOptions(): Pick<ChildOptions, "say" | "onChange"> {
    return { say, onChange: tellChildren };
  }

  function gatewayOptions(port: number): Pick<ChildOptions, "name" | "file" | "launch"> {
    const launch = () => {
      const own = {
        PIHORDEV_DATA: deps.dataFolder,
        PORT: String(port),
        GATEWAY_DATABASE_URL: database?.urls.gatewayUrl,
      };
      return { env: gatewayEnvironment(process.env, own), firstLine: { encryptionKey: deps.encryptionKey } };
    };
    return { name: "gateway", file: "gateway/main.ts", launch };
  }

  function workerOptions(): Pick<ChildOptions, "name" | "file" | "launch"> {
    const launch = () => {
      const own = { PIHORDEV_DATA: deps.dataFolder, WORKER_DATABASE_URL: database?.urls.workerUrl };
      const firstLine = { sandbox: sandbox?.endpoint, encryptionKey: deps.encryptionKey };
      return { env: workerEnvironment(process.env, own), firstLine };
    };
    return { name: "worker", file: "worker/main.ts", launch };
  }

  /** Who would have to be ended, should this process be killed. */
  function tellChildren(): void {
    const children = [gateway?.identity(), worker?.identity()].filter((each) => each != null);
    deps.lock?.update({ children });
  }

  function watchParts(): void {
    healing = heal()
      .catch((error) => say(messageOf(error)))
      .then(() => {
        if (!stopping) watch = setTimeout(watchParts, WATCH_MS);
      });
  }

  async function heal(): Promise<void> {
    const lostDatabase = database?.lives() === false;
    const lostSandbox = sandbox?.lives() === false;
    if (!lostDatabase && !lostSandbox) return;
    say(`The ${lostDatabase ? "database" : "sandbox server"} ended: it is started again.`);
    if (lostDatabase) {
      database = await deps.openDatabase();
      deps.lock?.update({ database: database.urls });
    }
    if (lostSandbox && deps.openSandbox !== null) sandbox = await deps.openSandbox();
    await Promise.all([
      lostDatabase ? gateway?.restart(settings.SHUTDOWN_TIMEOUT_MS) : undefined,
      worker?.restart(settings.SHUTDOWN_TIMEOUT_MS),
    ]);
  }

  async function stop(): Promise<void> {
    stopping = true;
    if (watch !== null) clearTimeout(watch);
    await healing;
    await worker?.stop(settings.SHUTDOWN_TIMEOUT_MS);
    await gateway?.stop(settings.SHUTDOWN_TIMEOUT_MS);
    // Each is tried: a sandbox server that will not end must not leave the database running.
    for (const part of [sandbox, database]) await part?.stop().catch((error) => say(messageOf(error)));
    deps.lock?.release();
  }

  return { start, stop };
}
