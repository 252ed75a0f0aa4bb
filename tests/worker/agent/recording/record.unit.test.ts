import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { parseEventData } from "../../../../core/event-catalog.ts";
import type { TranscriptEvent } from "../../../../core/transcript/events.ts";
import { restoreEntry } from "../../../../worker/agent/recording/entry-blobs.ts";
import { makeRecorder } from "../../../../worker/agent/recording/record.ts";
import { makeScrubber } from "../../../../worker/agent/recording/scrub.ts";

function recorderInto(record: (events: readonly TranscriptEvent[]) => Promise<void>) {
  const blobs = new Map<string, Uint8Array>();
  let stopped = 0;
  const recorder = makeRecorder({
    record,
    putBlob: async (bytes) => {
      const name = createHash("sha256").update(bytes).digest("hex");
      blobs.set(name, bytes);
      return name;
    },
    scrub: makeScrubber(["canary-value"]).scrub,
    onFailure: () => {
      stopped += 1;
    },
  });
  return { recorder, blobs, stops: () => stopped };
}

function notice(text: string): TranscriptEvent {
  return { type: "NoticeGiven", data: { text } };
}

test("events become durable in the order they were added, one append at a time", async () => {
  const written: string[] = [];
  let busy = false;
  const { recorder } = recorderInto(async (events) => {
    expect(busy).toBe(false);
    busy = true;
    await new Promise((resolve) => setImmediate(resolve));
    written.push(...events.map((event) => JSON.stringify(event.data)));
    busy = false;
  });
  const texts = Array.from({ length: 450 }, (_, index) => `n${index}`);
  const flushes = texts.map((text) => {
    recorder.add(notice(text));
    return recorder.flush();
  });
  await Promise.all(flushes);
  expect(written).toEqual(texts.map((text) => JSON.stringify({ text })));
});

test("the first rejection ends recording, is kept and stops the agent", async () => {
  const fenced = new Error("fenced");
  let calls = 0;
  const { recorder, stops } = recorderInto(async () => {
    calls += 1;
    throw fenced;
  });
  recorder.add(notice("a"));
  await recorder.flush();
  recorder.add(notice("b"));
  await recorder.flush();
  expect(recorder.failure()).toBe(fenced);
  expect([calls, stops()]).toEqual([1, 1]);
});

test("a large entry goes out with its long strings as blobs and comes back whole", async () => {
  const stored: { entry: { type: string; id: string }; blobs: Record<string, string> }[] = [];
  const { recorder, blobs } = recorderInto(async (events) => {
    for (const event of events) {
      parseEventData(event.type, event.data);
      expect(JSON.stringify(event.data).length).toBeLessThan(300_000);
      if (event.type === "SessionEntryRecorded") stored.push(event.data);
    }
  });
  const entry = {
    type: "message",
    id: "e1",
    parentId: null,
    message: {
      role: "user",
      content: [{ type: "text", text: "ä".repeat(400_000) }, { "a/b~c": "z".repeat(20_000) }],
    },
  };
  recorder.addEntry(entry);
  await recorder.flush();
  const [only] = stored;
  expect(Object.keys(only?.blobs ?? {}).sort()).toEqual([
    "/message/content/0/text",
    "/message/content/1/a~1b~0c",
  ]);
  const read = async (name: string) => blobs.get(name) ?? Promise.reject(new Error("gone"));
  expect(await restoreEntry(only ?? { entry: null, blobs: {} }, read)).toEqual(entry);
});

test("an entry is taken as it was when it was added, without secrets and without what cannot be stored", async () => {
  const seen: unknown[] = [];
  const { recorder } = recorderInto(async (events) => void seen.push(...events.map((event) => event.data)));
  const entry = {
    type: "custom",
    id: "e2",
    data: { text: "canary-value\0", list: [1, undefined, null], gone: undefined },
  };
  recorder.addEntry(entry);
  entry.data.text = "changed afterwards";
  await recorder.flush();
  expect(seen).toEqual([
    {
      entry: { type: "custom", id: "e2", data: { text: "[secret removed]\uFFFD", list: [1, null, null] } },
      blobs: {},
    },
  ]);
});
