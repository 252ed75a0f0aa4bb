import { createHash, randomUUID } from "node:crypto";
import { parseEventData } from "../../../../core/event-catalog.ts";
import type { DeltaFrame } from "../../../../core/protocol.ts";
import { serverFrames } from "../../../../core/protocol.ts";
import { readSettings } from "../../../../core/settings.ts";
import type { TranscriptEvent } from "../../../../core/transcript/events.ts";
import { restoreEntry } from "../../../../worker/agent/recording/entry-blobs.ts";
import { type AgentDeps, type AgentSession, makeAgentSession } from "../../../../worker/agent/session.ts";
import { makeModelRegistry } from "../../../../worker/models/registry.ts";
import type { Sandbox } from "../../../../worker/sandbox/sandbox.ts";
import { type ModelScript, type ModelServer, makeModelServer } from "../../../support/model-server.ts";

export const KEY = "canary-key-9b20";

export type AgentRun = {
  session: AgentSession;
  server: ModelServer;
  events: TranscriptEvent[];
  deltas: DeltaFrame[];
  blobs: Map<string, Uint8Array>;
  /** Data of the events of one type, in order. */
  of<Type extends TranscriptEvent["type"]>(type: Type): Extract<TranscriptEvent, { type: Type }>["data"][];
  /** The session's entries as another worker would be given them. */
  entries(): Promise<unknown[]>;
  close(): Promise<void>;
};

export type AgentRunOptions = {
  script: ModelScript;
  box: Sandbox;
  env?: Record<string, string>;
  deps?: Partial<AgentDeps>;
  /** This provider's own models are served by the scripted server, too. */
  provider?: string;
};

const FAST = {
  LLM_MAX_RETRIES: "2",
  LLM_RETRY_BASE_MS: "1",
  LLM_IDLE_TIMEOUT_MS: "5000",
  REHEARSAL_PACE_MS: "0",
};

/** An agent's session in a real box with a scripted provider on loopback. Every event it records is checked. */
export async function startAgent({
  script,
  box,
  env = {},
  deps = {},
  provider,
}: AgentRunOptions): Promise<AgentRun> {
  const server = await makeModelServer({ script });
  const settings = readSettings({
    LLM_BASE_URL: `${server.url}/v1`,
    LLM_MODEL: "scripted",
    LLM_API_KEY: KEY,
    ...FAST,
    ...env,
  });
  const models = await makeModelRegistry(settings);
  if (provider) models.runtime.registerProvider(provider, { baseUrl: server.url });
  const events: TranscriptEvent[] = [];
  const deltas: DeltaFrame[] = [];
  const blobs = new Map<string, Uint8Array>();
  const session = await makeAgentSession({
    orgId: randomUUID(),
    runId: randomUUID(),
    model: "custom/scripted",
    thinkingLevel: "off",
    sandbox: box,
    models,
    settings,
    secrets: [],
    async record(batch) {
      for (const event of batch) {
        parseEventData(event.type, event.data);
        events.push(event);
      }
    },
    async putBlob(bytes) {
      const name = createHash("sha256").update(bytes).digest("hex");
      blobs.set(name, bytes);
      return name;
    },
    sendDelta: (frame) => deltas.push(serverFrames.delta.parse(frame)),
    entries: [],
    skills: [],
    ...deps,
  });
  const of: AgentRun["of"] = (type) => dataOf(events, type);
  return {
    session,
    server,
    events,
    deltas,
    blobs,
    of,
    entries: () =>
      Promise.all(
        of("SessionEntryRecorded").map((stored) =>
          restoreEntry(stored, async (name) => blobs.get(name) ?? new Uint8Array()),
        ),
      ),
    async close() {
      session.dispose();
      await models.close();
      await server.close();
    },
  };
}

function dataOf<Type extends TranscriptEvent["type"]>(events: readonly TranscriptEvent[], type: Type) {
  return events.flatMap((event) => (isOf(event, type) ? [event.data] : []));
}

function isOf<Type extends TranscriptEvent["type"]>(
  event: TranscriptEvent,
  type: Type,
): event is Extract<TranscriptEvent, { type: Type }> {
  return event.type === type;
}
