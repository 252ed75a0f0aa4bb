import type { EventData } from "../../core/event-catalog.ts";
import type { DeltaFrame } from "../../core/protocol.ts";
import type { Settings } from "../../core/settings.ts";
import type { TranscriptEvent } from "../../core/transcript/events.ts";
import type { ModelRegistry } from "../models/registry.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { SkillReference } from "./system-prompt.ts";

/** What one run's agent is given. */
export type AgentDeps = {
  orgId: string;
  runId: string;
  /** `provider/model id`. */
  model: string;
  thinkingLevel: EventData<"RunRequested">["thinkingLevel"];
  sandbox: Sandbox;
  models: ModelRegistry;
  settings: Settings;
  /** Values that must never be written anywhere; the registry's own keys are added to them. */
  secrets: readonly string[];
  /** Durable when it resolves. When it rejects the agent stops at once, and `run` rejects with the same error. */
  record(events: readonly TranscriptEvent[]): Promise<void>;
  putBlob(bytes: Uint8Array): Promise<string>;
  /** Must not throw. */
  sendDelta(frame: DeltaFrame): void;
  /** Entries of an earlier holder, in order, made whole by `restoreEntry`; empty for a new run. */
  entries: readonly unknown[];
  /** ToolCallFinished of an earlier holder: their output is used where the entries end before it. */
  finishedTools?: readonly EventData<"ToolCallFinished">[];
  skills: readonly SkillReference[];
};
