import * as z from "zod";
import { MAX_TASK_TEXT_CHARS } from "./limits.ts";

/**
 * Frames of `GET /ws`, both ways, as JSON text. History, newest first; a test ties the number to a hash of the
 * schemas below, so that no change goes unnoticed:
 *   1  subscribe, steer and abort; covered ranges.
 */
export const PROTOCOL_VERSION = 1;

const position = z.number().int().nonnegative();
const subscription = z.string().min(1).max(64);
const text = z.string().min(1).max(MAX_TASK_TEXT_CHARS);

/**
 * `subscribe`: events after `after` of the whole organization's log, or of the named streams only. What a filter
 * or a right hides is still covered by the range of a frame.
 */
export const clientFrames = {
  subscribe: z.strictObject({
    type: z.literal("subscribe"),
    subscription,
    streams: z.array(z.string().max(60)).min(1).max(8).optional(),
    after: position,
  }),
  unsubscribe: z.strictObject({ type: z.literal("unsubscribe"), subscription }),
  steer: z.strictObject({ type: z.literal("steer"), commandId: z.uuid(), runId: z.uuid(), text }),
  abort: z.strictObject({
    type: z.literal("abort"),
    commandId: z.uuid(),
    runId: z.uuid(),
    reason: z.string().max(500).default(""),
  }),
};
export const clientFrameSchema = z.discriminatedUnion("type", [
  clientFrames.subscribe,
  clientFrames.unsubscribe,
  clientFrames.steer,
  clientFrames.abort,
]);
export type ClientFrame = z.infer<typeof clientFrameSchema>;

/** A stored event as it travels: `data` is checked by `parseEvent`. */
export const recordedEventSchema = z.strictObject({
  orgId: z.uuid(),
  position: z.number().int().positive(),
  stream: z.string(),
  version: z.number().int().positive(),
  id: z.uuid(),
  type: z.string(),
  schemaVersion: z.number().int().positive(),
  data: z.unknown(),
  metadata: z.unknown(),
  occurredAt: z.string(),
  recordedAt: z.string(),
});

export const serverFrames = {
  hello: z.strictObject({ type: z.literal("hello"), protocolVersion: z.number(), orgId: z.uuid(), position }),
  /** Covers every position from `from` to `to`; the client checks `from = mine + 1`. `to = from - 1` never occurs. */
  agent_event: z.strictObject({
    type: z.literal("agent_event"),
    subscription,
    from: position,
    to: position,
    events: z.array(recordedEventSchema),
  }),
  /** Follows the agent_event that changed it. */
  agent_status: z.strictObject({
    type: z.literal("agent_status"),
    subscription,
    runId: z.uuid(),
    status: z.string(),
    position,
  }),
  agent_attention: z.strictObject({
    type: z.literal("agent_attention"),
    subscription,
    runId: z.uuid(),
    questionId: z.uuid(),
    position,
  }),
  /**
   * Transient: a piece of what is being written, never stored. `offset` counts UTF-16 units from the start of
   * this message's part; the stored event replaces all of it. May be dropped at any time.
   */
  delta: z.strictObject({
    type: z.literal("delta"),
    runId: z.uuid(),
    messageId: z.string(),
    part: z.enum(["text", "thinking", "output"]),
    offset: z.number().int().nonnegative(),
    text: z.string(),
  }),
  caught_up: z.strictObject({ type: z.literal("caught_up"), subscription, position }),
  projection_advanced: z.strictObject({ type: z.literal("projection_advanced"), name: z.string(), position }),
  accepted: z.strictObject({ type: z.literal("accepted"), commandId: z.uuid(), position }),
  rejected: z.strictObject({
    type: z.literal("rejected"),
    commandId: z.uuid(),
    code: z.string(),
    message: z.string(),
  }),
  error: z.strictObject({ type: z.literal("error"), code: z.string(), message: z.string() }),
};
export const serverFrameSchema = z.discriminatedUnion("type", [
  serverFrames.hello,
  serverFrames.agent_event,
  serverFrames.agent_status,
  serverFrames.agent_attention,
  serverFrames.delta,
  serverFrames.caught_up,
  serverFrames.projection_advanced,
  serverFrames.accepted,
  serverFrames.rejected,
  serverFrames.error,
]);
export type ServerFrame = z.infer<typeof serverFrameSchema>;
export type DeltaFrame = z.infer<typeof serverFrames.delta>;

/** Close codes of the socket, with meaning. */
export const CLOSE_CODES = {
  goingAway: 1001,
  badFrame: 1008,
  tooLarge: 1009,
  unauthenticated: 4401,
  tooMany: 4429,
} as const;
