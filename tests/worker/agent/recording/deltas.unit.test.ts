import { expect, test } from "vitest";
import type { DeltaFrame } from "../../../../core/protocol.ts";
import { makeDeltas } from "../../../../worker/agent/recording/deltas.ts";
import { makeScrubber } from "../../../../worker/agent/recording/scrub.ts";

function sent(work: (deltas: ReturnType<typeof makeDeltas>) => void): DeltaFrame[] {
  const frames: DeltaFrame[] = [];
  work(
    makeDeltas({
      runId: "run",
      scrubber: makeScrubber(["canary-value"]),
      send: (frame) => frames.push(frame),
    }),
  );
  return frames;
}

test("offsets count what was sent, each part for itself", () => {
  const frames = sent((deltas) => {
    deltas.piece("m", "text", "Hello ");
    deltas.piece("m", "thinking", "hm");
    deltas.piece("m", "text", "world");
    deltas.end("m");
  });
  expect(frames.map(({ part, offset, text }) => [part, offset, text])).toEqual([
    ["text", 0, "Hello "],
    ["thinking", 0, "hm"],
    ["text", 6, "world"],
  ]);
});

test("the frames of a message put together are its text without the secret", () => {
  const frames = sent((deltas) => {
    for (const piece of ["key: can", "ary-v", "alue end c"]) deltas.piece("m", "text", piece);
    deltas.end("m");
  });
  const whole = frames.map(({ text }) => text).join("");
  expect(whole).toBe("key: [secret removed] end c");
  let offset = 0;
  for (const frame of frames) {
    expect(frame.offset).toBe(offset);
    offset += frame.text.length;
  }
});

test("the live output of a command that never stops printing ends at a limit", () => {
  const frames = sent((deltas) => {
    for (let count = 0; count < 1_000; count += 1) deltas.piece("call", "output", "x".repeat(1_024));
  });
  expect(frames.reduce((sum, frame) => sum + frame.text.length, 0)).toBe(256 * 1_024);
});

test("a message that has ended begins again at nothing", () => {
  const frames = sent((deltas) => {
    deltas.piece("m", "text", "a");
    deltas.end("m");
    deltas.piece("m", "text", "b");
  });
  expect(frames.at(-1)).toMatchObject({ offset: 0, text: "b" });
});
