import { BadInput, messageOf } from "../../core/errors.ts";
import { readSettings, type Settings } from "../../core/settings.ts";
import { openDataFolder } from "../../sql/installation/data-folder.ts";
import { type InstallationLock, takeLock } from "../../sql/installation/lock-file.ts";
import { openSecrets } from "../../sql/installation/secrets.ts";
import { awaitPage } from "./await-page.ts";
import { choosePort } from "./choose-port.ts";
import { makeInstallation } from "./installation.ts";
import { joinDatabase, openWholeDatabase } from "./parts/database.ts";
import { openSandboxPart } from "./parts/sandbox.ts";

/** Entry of the process behind `start`, `gateway` and `worker`: it owns the parts and outlives each of them. */
type Role = "start" | "gateway" | "worker";

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function main(role: Role): Promise<void> {
  const stop = stopSignal();
  const settings = readSettings(process.env);
  const dataFolder = openDataFolder(settings.PIHORDEV_DATA);
  const { encryptionKey } = openSecrets(dataFolder, settings.ENCRYPTION_KEY);
  const lock = role === "start" ? takeLock(dataFolder, "start") : null;
  const host = settings.HOST;
  const port = role === "worker" ? null : await choosePort(host, settings.PORT).catch(releasing(lock));
  const installation = makeInstallation({
    settings,
    dataFolder,
    encryptionKey,
    port,
    openDatabase: () => (role === "start" ? openWholeDatabase : joinDatabase)(settings, dataFolder),
    openSandbox: role === "gateway" ? null : () => openSandboxPart(settings, dataFolder),
    lock,
    say,
  });
  try {
    await installation.start(stop);
    if (port === null) process.stdout.write("The worker is running.\n");
    else await announce(port, settings, { lock, stop, check: installation.checkGateway });
    await untilAborted(stop);
    say("Stopping: running work is handed back, then everything ends in order.");
  } finally {
    await installation.stop();
  }
}

/** The line people and scripts wait for. */
async function announce(
  port: number,
  settings: Settings,
  { lock, stop, check }: { lock: InstallationLock | null; stop: AbortSignal; check(): void },
): Promise<void> {
  const host = ["0.0.0.0", "::", "127.0.0.1", "::1", "localhost"].includes(settings.HOST)
    ? "localhost"
    : settings.HOST;
  await awaitPage(`http://${host}:${port}`, { timeoutMs: settings.START_TIMEOUT_MS, signal: stop, check });
  if (stop.aborted) return;
  const url = settings.PUBLIC_URL ?? `http://localhost:${port}`;
  lock?.update({ url });
  process.stdout.write(`Pihordev is ready: ${url}\n`);
}

function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => controller.abort());
  return controller.signal;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function releasing(lock: InstallationLock | null): (error: unknown) => never {
  return (error) => {
    lock?.release();
    throw error;
  };
}

function roleOf(given: string | undefined): Role {
  if (given === undefined || given === "start") return "start";
  if (given === "gateway" || given === "worker") return given;
  throw new BadInput(`There is no part "${given}".`);
}

try {
  await main(roleOf(process.argv[2]));
  process.exit(0);
} catch (error) {
  say(messageOf(error));
  process.exit(1);
}
