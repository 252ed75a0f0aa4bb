import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  CLOSE_CODES,
  clientFrameSchema,
  clientFrames,
  PROTOCOL_VERSION,
  serverFrameSchema,
  serverFrames,
} from "../../core/protocol.ts";
import { uuid } from "../support/given.ts";

describe("the protocol", () => {
  it("has a new version, with a line of history, for every change of a frame", () => {
    const text = JSON.stringify(
      [clientFrameSchema, serverFrameSchema].map((schema) => z.toJSONSchema(schema)),
    );
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
    expect({ version: PROTOCOL_VERSION, hash }).toEqual({ version: 1, hash: "71ddf169f73fb1fa" });
  });

  it("knows every frame that it lists, under its own name", () => {
    const named = (frames: Record<string, { shape: { type: { value: string } } }>) =>
      Object.entries(frames).filter(([name, frame]) => frame.shape.type.value !== name);
    expect(named(clientFrames)).toEqual([]);
    expect(named(serverFrames)).toEqual([]);
    expect(clientFrameSchema.options).toEqual(Object.values(clientFrames));
    expect(serverFrameSchema.options).toEqual(Object.values(serverFrames));
  });

  it("takes a subscription to the whole log, and to some streams", () => {
    const subscribe = { type: "subscribe", subscription: "a", after: 0 };
    expect(clientFrameSchema.parse(subscribe)).toEqual(subscribe);
    expect(clientFrameSchema.safeParse({ ...subscribe, streams: [] }).success).toBe(false);
    expect(clientFrameSchema.safeParse({ ...subscribe, streams: Array(9).fill("x") }).success).toBe(false);
  });

  it("refuses a negative position, an unknown frame and an unknown field", () => {
    const frame = { type: "subscribe", subscription: "a", after: -1 };
    expect(clientFrameSchema.safeParse(frame).success).toBe(false);
    expect(clientFrameSchema.safeParse({ type: "shout" }).success).toBe(false);
    expect(clientFrameSchema.safeParse({ ...frame, after: 1, loud: true }).success).toBe(false);
  });

  it("bounds a steering text", () => {
    const steer = { type: "steer", commandId: uuid(1), runId: uuid(2), text: "x".repeat(32_000) };
    expect(clientFrameSchema.safeParse(steer).success).toBe(true);
    expect(clientFrameSchema.safeParse({ ...steer, text: "x".repeat(32_001) }).success).toBe(false);
    expect(clientFrameSchema.safeParse({ ...steer, text: "" }).success).toBe(false);
  });

  it("closes with codes that differ", () => {
    const codes = Object.values(CLOSE_CODES);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
