import { messageOf } from "../../../core/errors.ts";
import type { Parts, Plan } from "./parts.ts";

const WATCH_MS = 500;

/**
 * Watches the database and the sandbox server: one that died is started again, and so is who uses it, since its
 * address changed. Answers what ends the watch; a repair in progress is waited for.
 */
export function healParts(plan: Plan, parts: Parts): () => Promise<void> {
  let timer: NodeJS.Timeout | null = null;
  let stopped = false;
  let healing: Promise<void> = Promise.resolve();
  const look = () => {
    healing = heal(plan, parts)
      .catch((error) => plan.say(messageOf(error)))
      .then(() => {
        if (!stopped) timer = setTimeout(look, WATCH_MS);
      });
  };
  timer = setTimeout(look, WATCH_MS);
  return async () => {
    stopped = true;
    if (timer !== null) clearTimeout(timer);
    await healing;
  };
}

async function heal(plan: Plan, parts: Parts): Promise<void> {
  const lostDatabase = parts.database?.lives() === false;
  const lostSandbox = parts.sandbox?.lives() === false;
  if (!lostDatabase && !lostSandbox) return;
  plan.say(`The ${lostDatabase ? "database" : "sandbox server"} ended: it is started again.`);
  if (lostDatabase) {
    parts.database = await plan.openDatabase();
    plan.lock?.update({ database: parts.database.urls });
  }
  if (lostSandbox && plan.openSandbox !== null) parts.sandbox = await plan.openSandbox();
  const { SHUTDOWN_TIMEOUT_MS } = plan.settings;
  await Promise.all([
    lostDatabase ? parts.gateway?.restart(SHUTDOWN_TIMEOUT_MS) : undefined,
    parts.worker?.restart(SHUTDOWN_TIMEOUT_MS),
  ]);
}
