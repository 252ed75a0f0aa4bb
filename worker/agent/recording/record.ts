import * as z from "zod";
import type { TranscriptEvent } from "../../../core/transcript/events.ts";
import { mapStrings } from "./clean.ts";
import { storeEntry } from "./entry-blobs.ts";

/** Events of one append; several appends follow each other when more have gathered. */
const EVENTS_PER_APPEND = 200;

export type Recorder = {
  /** Queues; `flush` makes it durable. */
  add(...events: readonly TranscriptEvent[]): void;
  /** Queues an entry of the session as it is now. */
  addEntry(entry: unknown): void;
  /** Resolves when everything queued so far is durable, or recording has failed. Never rejects. */
  flush(): Promise<void>;
  putBlob(bytes: Uint8Array): Promise<string>;
  /** What `record` or `putBlob` rejected with first. From then on nothing is written and the agent must stop. */
  failure(): unknown;
};

type RecorderOptions = {
  record(events: readonly TranscriptEvent[]): Promise<void>;
  putBlob(bytes: Uint8Array): Promise<string>;
  scrub(text: string): string;
  onFailure(): void;
};

type Pending = () => TranscriptEvent | Promise<TranscriptEvent>;
const entrySchema = z.looseObject({ type: z.string(), id: z.string() });

/** Events in the order in which they were added, one append at a time. */
export function makeRecorder(options: RecorderOptions): Recorder {
  let queue: Pending[] = [];
  let failure: unknown = null;
  let tail: Promise<void> = Promise.resolve();

  function fail(thrown: unknown): void {
    failure ??= thrown ?? new Error("Recording failed without a reason.");
    queue = [];
    options.onFailure();
  }

  async function drain(): Promise<void> {
    while (queue.length > 0 && failure === null) {
      const batch = queue.splice(0, EVENTS_PER_APPEND);
      const events: TranscriptEvent[] = [];
      for (const pending of batch) events.push(await pending());
      await options.record(events);
    }
  }

  return {
    add(...events) {
      if (failure === null) queue.push(...events.map((event) => () => event));
    },
    addEntry(entry) {
      if (failure !== null) return;
      const copy = entrySchema.parse(mapStrings(entry, options.scrub));
      queue.push(async () => ({
        type: "SessionEntryRecorded",
        data: await storeEntry(copy, options.putBlob),
      }));
    },
    flush() {
      tail = tail.then(drain).catch(fail);
      return tail;
    },
    async putBlob(bytes) {
      try {
        return await options.putBlob(bytes);
      } catch (thrown) {
        fail(thrown);
        throw thrown;
      }
    },
    failure: () => failure,
  };
}
