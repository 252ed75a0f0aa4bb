import { BadInput, messageOf } from "../../core/errors.ts";
import { readSettings, type Settings } from "../../core/settings.ts";
import { openDataFolder } from "../../sql/installation/data-folder.ts";
import { type InstallationLock, takeLock } from "../../sql/installation/lock-file.ts";
import { openSecrets } from "../../sql/installation/secrets.ts";
import { awaitPage } from "./await-page.ts";
import { choosePort } from "./choose-port.ts";
import { type Installation, makeInstallation } from "./installation.ts";
import { joinDatabase, openWholeDatabase } from "./parts/database.ts";
import { openSandboxPart } from "./parts/sandbox.ts";

/** Entry of the process behind `start`, `gateway` and `worker`: it owns the parts and outlives each of them. */
type Role = "start" | "gateway" | "worker";

/** Bound to one of these, the page answers to `localhost`; passkeys refuse an address. */
const LOCAL = ["0.0.0.0", "::", "127.0.0.1", "::1", "localhost"];

const say = (line: string) => void process.stderr.write(`${line}\n`);

async function main(role: Role): Promise<void> {
  const stop = stopSignal();
  const settings = readSettings(process.env);
  const dataFolder = openDataFolder(settings.PIHORDEV_DATA);
  const { encryptionKey } = openSecrets(dataFolder, settings.ENCRYPTION_KEY);
  const lock = role === "start" ? takeLock(dataFolder, "start") : null;
  const port = role === "worker" ? null : await pagePort(settings).catch(releasing(lock));
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
    const page = port === null ? null : servedAt(installation, settings, stop);
    const [url] = await Promise.all([page, installation.start(stop)]);
    lock?.update({ url });
    if (!stop.aborted)
      process.stdout.write(url === null ? "The worker is running.\n" : `Pihordev is ready: ${url}\n`);
    await untilAborted(stop);
    say("Stopping: runs at work end with that as their reason, then everything ends in order.");
  } finally {
    await installation.stop();
  }
}

/** Address of the page, once it answers; null when it was stopped before. */
async function servedAt(
  installation: Installation,
  settings: Settings,
  stop: AbortSignal,
): Promise<string | null> {
  const { HOST, PUBLIC_URL, START_TIMEOUT_MS } = settings;
  const host = LOCAL.includes(HOST) ? "localhost" : HOST;
  const address = () => {
    const port = installation.pagePort();
    return port === null ? null : `http://${host}:${port}`;
  };
  const served = await awaitPage({ address, timeoutMs: START_TIMEOUT_MS, signal: stop });
  return served === null ? null : (PUBLIC_URL ?? served);
}

async function pagePort({ HOST, PORT }: Settings): Promise<{ number: number; fixed: boolean }> {
  return { number: await choosePort(HOST, PORT), fixed: PORT !== undefined };
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
