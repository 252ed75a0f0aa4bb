import { expect, test } from "vitest";
import { type PreparedAppend, prepareAppend } from "../../../sql/append/prepare.ts";
import { makeAppendQueue } from "../../../sql/append/queue.ts";
import { appendRequest, newTaskStream } from "../../support/appends.ts";

const ORG = "7b0a0b1e-8f43-4a73-9b39-0f6f3f3f0001";
const result = { fromPosition: 1, position: 1, version: 1, repeated: false };

/** A queue whose batches are kept and answered by hand. */
function heldQueue() {
  const batches: (readonly PreparedAppend[])[] = [];
  const answers: (() => void)[] = [];
  const queue = makeAppendQueue((batch) => {
    batches.push(batch);
    return new Promise((resolve) => answers.push(() => resolve(batch.map(() => result))));
  });
  const add = (orgId = ORG, stream = newTaskStream()) =>
    queue.add(prepareAppend(appendRequest(orgId, { stream })));
  const answerNext = async () => {
    answers.shift()?.();
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  };
  return { queue, add, batches, answerNext, sizes: () => batches.map((batch) => batch.length) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("a lone append goes at once, without a timer", async () => {
  const { add, sizes } = heldQueue();
  void add();
  await Promise.resolve();
  expect(sizes()).toEqual([1]);
});

test("what comes while a batch is in flight goes together in the next one", async () => {
  const { add, answerNext, sizes } = heldQueue();
  void add();
  await settled();
  for (let i = 0; i < 7; i += 1) void add();
  await settled();
  expect(sizes()).toEqual([1]);
  await answerNext();
  expect(sizes()).toEqual([1, 7]);
});

test("a stream is at most once in a batch, and its appends keep their order", async () => {
  const { add, answerNext, batches } = heldQueue();
  const [a, b] = [newTaskStream(), newTaskStream()];
  for (const stream of [a, b, a, b, a]) void add(ORG, stream);
  await settled();
  await answerNext();
  await answerNext();
  await answerNext();
  expect(batches.map((batch) => batch.map(({ request }) => request.stream))).toEqual([[a, b], [a, b], [a]]);
});

test("a batch holds at most 500 appends", async () => {
  const { add, answerNext, sizes } = heldQueue();
  for (let i = 0; i < 1_100; i += 1) void add();
  await settled();
  await answerNext();
  await answerNext();
  expect(sizes()).toEqual([500, 500, 100]);
});

test("a batch holds at most 100 organizations", async () => {
  const { add, answerNext, sizes } = heldQueue();
  for (let i = 0; i < 150; i += 1) void add(crypto.randomUUID());
  await settled();
  await answerNext();
  expect(sizes()).toEqual([100, 50]);
});

test("an error answers its own append only", async () => {
  const queue = makeAppendQueue(async (batch) =>
    batch.map((_, i) => (i === 1 ? new Error("this one") : result)),
  );
  const outcomes = await Promise.allSettled(
    [1, 2, 3].map(() => queue.add(prepareAppend(appendRequest(ORG)))),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});
