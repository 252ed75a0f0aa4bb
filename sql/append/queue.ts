import { Unavailable } from "../../core/errors.ts";
import type { AppendResult } from "../log-types.ts";
import type { PreparedAppend } from "./prepare.ts";

const MAX_APPENDS = 500;
const MAX_ORGANIZATIONS = 100;
const MAX_BATCH_BYTES = 16 * 1024 * 1024;

/** One answer an append, in order; an Error refuses that append alone. Never rejects. */
export type Deliver = (batch: readonly PreparedAppend[]) => Promise<readonly (AppendResult | Error)[]>;

type Waiting = {
  append: PreparedAppend;
  resolve: (result: AppendResult) => void;
  reject: (error: Error) => void;
};

/**
 * Group commit: idle → in flight → idle. While a batch is in flight, appends are collected; then all of them go at
 * once. There is no timer, so an append that comes alone waits for nothing.
 */
export function makeAppendQueue(deliver: Deliver) {
  let waiting: Waiting[] = [];
  let inFlight: Promise<void> | null = null;
  let closed = false;

  const pump = () => {
    if (inFlight || waiting.length === 0) return;
    const { batch, rest } = nextBatch(waiting);
    waiting = rest;
    inFlight = deliverAll(batch, deliver).then(() => {
      inFlight = null;
      if (waiting.length === 0) return;
      // After the answers of a batch its callers' next appends come first: a turn of the event loop lets them join.
      // A lone caller has nobody to wait for.
      if (batch.length > 1) setImmediate(pump);
      else pump();
    });
  };

  return {
    add(append: PreparedAppend): Promise<AppendResult> {
      if (closed) return Promise.reject(new Unavailable("The log is closing: nothing was written."));
      return new Promise((resolve, reject) => {
        waiting.push({ append, resolve, reject });
        // Everything that is asked for in this same turn goes together.
        queueMicrotask(pump);
      });
    },
    /** Refuses what comes now and waits for what is in flight or queued. */
    async close(): Promise<void> {
      closed = true;
      while (inFlight || waiting.length > 0) {
        pump();
        await inFlight;
      }
    },
  };
}

async function deliverAll(batch: readonly Waiting[], deliver: Deliver): Promise<void> {
  const answers = await deliver(batch.map(({ append }) => append));
  batch.forEach(({ resolve, reject }, index) => {
    const answer =
      answers[index] ?? new Unavailable("The log gave no answer: try again with the same command id.");
    if (answer instanceof Error) reject(answer);
    else resolve(answer);
  });
}

/** In order of arrival, but one append a stream: the second must see the first. The rest keeps its order. */
function nextBatch(waiting: readonly Waiting[]): { batch: Waiting[]; rest: Waiting[] } {
  const batch: Waiting[] = [];
  const rest: Waiting[] = [];
  const streams = new Set<string>();
  const organizations = new Set<string>();
  let bytes = 0;
  for (const item of waiting) {
    const { orgId, stream } = item.append.request;
    const key = `${orgId} ${stream}`;
    const fits =
      batch.length < MAX_APPENDS &&
      !streams.has(key) &&
      (organizations.has(orgId) || organizations.size < MAX_ORGANIZATIONS) &&
      (batch.length === 0 || bytes + item.append.bytes <= MAX_BATCH_BYTES);
    // A stream that was passed over once is passed over for this batch, else its appends would change places.
    streams.add(key);
    if (!fits) {
      rest.push(item);
      continue;
    }
    batch.push(item);
    organizations.add(orgId);
    bytes += item.append.bytes;
  }
  return { batch, rest };
}
