import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { handleCommand } from "../../commands/handle-command.ts";
import { Unavailable } from "../../core/errors.ts";
import type { Actor } from "../../core/event.ts";
import type { RunCommand } from "../../core/run/commands.ts";
import { streamName } from "../../core/stream-name.ts";
import type { TaskCommand } from "../../core/task/commands.ts";
import type { TranscriptEvent } from "../../core/transcript/events.ts";
import { ANY_VERSION, type AppendResult } from "../../sql/log-types.ts";
import type { WorkerParts } from "../parts.ts";
import type { RunIdentity } from "./lease.ts";

const TRIES = 6;
const FIRST_PAUSE_MS = 250;

/** The driver's pen: everything it writes for one run, with the fence of its lease. */
export type Journal = {
  /** Appends to the run's transcript; durable when it resolves. Throws Fenced once another worker has the run. */
  record(events: readonly TranscriptEvent[]): Promise<void>;
  command(command: RunCommand | TaskCommand): Promise<AppendResult>;
};

export function makeJournal(parts: WorkerParts, run: RunIdentity, fence: number): Journal {
  const actor: Actor = { kind: "agent", id: run.runId };
  const { orgId, runId } = run;
  const shared = { orgId, actor, correlationId: runId, fence: { runId, fence } };
  return {
    async record(events) {
      if (events.length === 0) return;
      const commandId = randomUUID();
      await whileUnavailable(() =>
        parts.store.append({
          ...shared,
          stream: streamName("transcript", runId),
          expectedVersion: ANY_VERSION,
          events,
          commandId,
        }),
      );
    },
    command(command) {
      const commandId = randomUUID();
      return whileUnavailable(() => handleCommand(parts.store, { ...shared, command, commandId }));
    },
  };
}

/** Repeats with the same command id, so that an append whose answer was lost is not written twice. */
async function whileUnavailable<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Unavailable) || tries === TRIES) throw error;
      await sleep(FIRST_PAUSE_MS * 2 ** (tries - 1));
    }
  }
}
