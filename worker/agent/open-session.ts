import type { Api, AssistantMessage, Model } from "@earendil-works/pi-ai";
import {
  createAgentSession,
  type AgentSession as LibrarySession,
  SettingsManager,
} from "@earendil-works/pi-coding-agent";
import type { UsageTotals } from "../../core/run/events.ts";
import type { Settings } from "../../core/settings.ts";
import type { TranscriptEvent } from "../../core/transcript/events.ts";
import type { ResolvedModel } from "../models/registry.ts";
import { WORKSPACE } from "../sandbox/sandbox.ts";
import type { AgentDeps } from "./agent-deps.ts";
import { recordedStream } from "./calls/stream.ts";
import { makeUsage } from "./calls/usage.ts";
import { type Deltas, makeDeltas } from "./recording/deltas.ts";
import { makeRecorder, type Recorder } from "./recording/record.ts";
import { makeScrubber, type Scrubber } from "./recording/scrub.ts";
import { type ToolFacts, translate } from "./recording/translate.ts";
import { givenResources } from "./resources.ts";
import { closeOrphans, INTERRUPTED, type Orphan, type StoredSession, storedSession } from "./resume.ts";
import { repositoryInstructions, systemPrompt } from "./system-prompt.ts";
import { allTools } from "./tools/all-tools.ts";
import { libraryTool } from "./tools/box/library-tool.ts";

/** No such folder exists on the host: what the library looks for in it, it does not find. */
const NOWHERE = "/nonexistent/pihordev";
/** Of a model's window: what is kept free for an answer, and what of the conversation stays when it is summed up. */
const RESERVE_TOKENS = 16_384;
const KEEP_TOKENS = 20_000;

export type OpenSession = {
  library: LibrarySession;
  recorder: Recorder;
  stored: StoredSession;
  lastAnswer(): AssistantMessage | null;
  sandboxLost(): boolean;
  usage(): UsageTotals;
};

/** The library's session with our tools, prompt, record and choke point around it. */
export async function openSession(deps: AgentDeps, { model }: ResolvedModel): Promise<OpenSession> {
  const scrubber = makeScrubber([...deps.secrets, ...deps.models.secrets]);
  const addendum = await repositoryInstructions(deps.sandbox);
  const stored = storedSession(deps.runId, deps.entries);
  let library: LibrarySession | null = null;
  const recorder = makeRecorder({
    record: deps.record,
    putBlob: deps.putBlob,
    scrub: scrubber.scrub,
    onFailure: () => library?.agent.abort(),
  });
  stored.manager._persist = (entry) => recorder.addEntry(entry);
  recorder.add(...closeOrphans(stored.manager, deps.finishedTools ?? []).flatMap(interrupted));
  const watch: Watch = { lost: false, last: stored.lastAnswer, facts: new Map() };
  const deltas = makeDeltas({ runId: deps.runId, scrubber, send: deps.sendDelta });
  library = await createLibrarySession(deps, { model, stored, scrubber, recorder, deltas, watch, addendum });
  assertOurTools(library);
  const usage = makeUsage(model, deps.entries);
  library.agent.streamFunction = recordedStream(library.agent.streamFunction, {
    recorder,
    deltas,
    scrub: scrubber.scrub,
    idleTimeoutMs: deps.settings.LLM_IDLE_TIMEOUT_MS,
    stopped: () => (watch.lost ? "The sandbox is gone." : null),
    sessionId: stored.manager.getSessionId(),
    toolCallIds: stored.toolCallIds,
    onCall: usage.add,
  });
  observe(library, recorder, watch);
  return {
    library,
    recorder,
    stored,
    lastAnswer: () => watch.last,
    sandboxLost: () => watch.lost,
    usage: usage.totals,
  };
}

type Watch = { lost: boolean; last: AssistantMessage | null; facts: Map<string, ToolFacts> };
type Parts = {
  model: Model<Api>;
  stored: StoredSession;
  scrubber: Scrubber;
  recorder: Recorder;
  deltas: Deltas;
  watch: Watch;
  addendum: string | null;
};

async function createLibrarySession(deps: AgentDeps, parts: Parts): Promise<LibrarySession> {
  const { sandbox, settings } = deps;
  const { recorder, deltas, watch, scrubber } = parts;
  const context = {
    sandbox,
    settings,
    scrub: scrubber.scrub,
    putBlob: recorder.putBlob,
    live: (toolCallId: string, text: string) => deltas.piece(toolCallId, "output", text),
  };
  const report = (toolCallId: string, facts: ToolFacts) => {
    deltas.end(toolCallId);
    watch.facts.set(toolCallId, facts);
    if (facts.reason === "sandbox_lost") watch.lost = true;
  };
  const { session } = await createAgentSession({
    cwd: WORKSPACE,
    agentDir: NOWHERE,
    modelRuntime: deps.models.runtime,
    model: parts.model,
    thinkingLevel: deps.thinkingLevel,
    tools: allTools.map((tool) => tool.name),
    customTools: allTools.map((tool) => libraryTool(tool, context, report)),
    resourceLoader: givenResources({
      systemPrompt: systemPrompt(sandbox.network),
      addendum: parts.addendum,
      skills: deps.skills,
    }),
    sessionManager: parts.stored.manager,
    settingsManager: SettingsManager.inMemory(librarySettings(settings, parts.model.contextWindow)),
  });
  return session;
}

/** Cache warming would send requests that nobody asked for; the provider's own retries would hide ours. */
function librarySettings(settings: Settings, contextWindow: number) {
  const { LLM_MAX_RETRIES, LLM_RETRY_BASE_MS, LLM_IDLE_TIMEOUT_MS } = settings;
  return {
    cacheWarming: "off" as const,
    compaction: {
      enabled: true,
      reserveTokens: Math.min(RESERVE_TOKENS, Math.floor(contextWindow / 4)),
      keepRecentTokens: Math.min(KEEP_TOKENS, Math.floor(contextWindow / 4)),
    },
    retry: {
      enabled: LLM_MAX_RETRIES > 0,
      maxRetries: LLM_MAX_RETRIES,
      baseDelayMs: LLM_RETRY_BASE_MS,
      provider: { maxRetries: 0, timeoutMs: LLM_IDLE_TIMEOUT_MS },
    },
    httpIdleTimeoutMs: LLM_IDLE_TIMEOUT_MS,
    enableInstallTelemetry: false,
    enableAnalytics: false,
  };
}

/** The library has tools that work on this machine: a session with one of them must not come to be. */
function assertOurTools(library: LibrarySession): void {
  const names = new Set(allTools.map((tool) => tool.name));
  const active = library.getActiveToolNames();
  const foreign = library
    .getAllTools()
    .filter((tool) => active.includes(tool.name) && tool.sourceInfo.source !== "sdk");
  if (foreign.length === 0 && active.length === names.size && active.every((name) => names.has(name))) return;
  library.dispose();
  throw new Error(`The session has tools that are not ours: ${active.join(", ")}.`);
}

/**
 * First the library's listeners run and it appends its entries, then `agent.subscribe` is awaited: so the agent
 * does not go on before what happened is durable. No listener may throw: the library would end the run.
 */
function observe(library: LibrarySession, recorder: Recorder, watch: Watch): void {
  library.subscribe((event) => {
    if (event.type === "message_end" && event.message.role === "assistant") watch.last = event.message;
    const facts = event.type === "tool_execution_end" ? watch.facts.get(event.toolCallId) : undefined;
    if (event.type === "tool_execution_end") watch.facts.delete(event.toolCallId);
    recorder.add(...translate(event, facts));
  });
  library.agent.subscribe(async (event) => {
    if (event.type !== "message_update" && event.type !== "tool_execution_update") await recorder.flush();
  });
}

function interrupted({ toolCallId, tool, finished }: Orphan): TranscriptEvent[] {
  if (finished) return [];
  const output = {
    output: INTERRUPTED,
    outputBytes: Buffer.byteLength(INTERRUPTED),
    outputBlob: null,
    diff: null,
  };
  const data = {
    toolCallId,
    tool,
    isError: true,
    exitCode: null,
    reason: "interrupted" as const,
    ...output,
    durationMs: 0,
  };
  return [{ type: "ToolCallFinished", data }];
}
