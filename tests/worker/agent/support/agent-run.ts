import { createHash, randomUUID } from "node:crypto";
import { type EventData, parseEventData } from "../../../../core/event-catalog.ts";
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
  of<Type extends TranscriptEvent["type"]>(type: Type): EventData<Type>[];
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
export async function startAgent(options: AgentRunOptions): Promise<AgentRun> {
  const { script, box, env = {}, deps = {}, provider } = options;
  const server = await makeModelServer({ script });
  const endpoint = { LLM_BASE_URL: `${server.url}/v1`, LLM_MODEL: "scripted", LLM_API_KEY: KEY };
  const settings = readSettings({ ...endpoint, ...FAST, ...env });
  const models = await makeModelRegistry(settings);
  if (provider) models.runtime.registerProvider(provider, { baseUrl: server.url });
  const kept = makeKept();
  const { record, putBlob, sendDelta } = kept;
  const session = await makeAgentSession({
    orgId: randomUUID(),
    runId: randomUUID(),
    model: "custom/scripted",
    thinkingLevel: "off",
    sandbox: box,
    models,
    settings,
    secrets: [],
    record,
    putBlob,
    sendDelta,
    entries: [],
    skills: [],
    ...deps,
  });
  return {
    session,
    server,
    ...kept,
    async close() {
      session.dispose();
      await models.close();
      await server.close();
    },
  };
}

/** What a session gives to be kept: in memory, checked as it comes. */
function makeKept() {
  const events: TranscriptEvent[] = [];
  const deltas: DeltaFrame[] = [];
  const blobs = new Map<string, Uint8Array>();
  const of: AgentRun["of"] = (type) => events.flatMap((event) => (isOf(event, type) ? [event.data] : []));
  const getBlob = async (name: string) => blobs.get(name) ?? new Uint8Array();
  return {
    events,
    deltas,
    blobs,
    of,
    entries: () => Promise.all(of("SessionEntryRecorded").map((stored) => restoreEntry(stored, getBlob))),
    async record(batch: readonly TranscriptEvent[]) {
      for (const { type, data } of batch) parseEventData(type, data);
      events.push(...batch);
    },
    async putBlob(bytes: Uint8Array) {
      const name = createHash("sha256").update(bytes).digest("hex");
      blobs.set(name, bytes);
      return name;
    },
    sendDelta(frame: DeltaFrame) {
      deltas.push(serverFrames.delta.parse(frame));
    },
  };
}

function isOf<Type extends TranscriptEvent["type"]>(
  event: TranscriptEvent,
  type: Type,
): event is TranscriptEvent & { type: Type; data: EventData<Type> } {
  return event.type === type;
}
