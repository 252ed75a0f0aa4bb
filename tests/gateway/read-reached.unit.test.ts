import { expect, test } from "vitest";
import { NotFound } from "../../core/errors.ts";
import { readSettings } from "../../core/settings.ts";
import { readReached } from "../../gateway/read-reached.ts";
import type { ProjectionAdvance, WakeUps } from "../../sql/notifications.ts";

/** A projection that moves when told, with its wake-ups. */
function makeProjection(settings: Record<string, string>) {
  let position = 3;
  let tell: ((advance: ProjectionAdvance) => void) | null = null;
  const none = () => () => {};
  const wakeUps: WakeUps = {
    onLog: none,
    onAsk: none,
    onAnswer: none,
    onChannel: async () => async () => {},
    close: async () => {},
    onProjection(fn) {
      tell = fn;
      return () => {
        tell = null;
      };
    },
  };
  return {
    deps: { settings: readSettings(settings), wakeUps },
    isListenedTo: () => tell !== null,
    read: async () => ({ position }),
    moveTo(next: number) {
      position = next;
      tell?.({ orgId: "a", name: "task_state", position: next });
    },
  };
}

test("answers at once when nothing is waited for", async () => {
  const { deps, read } = makeProjection({ READ_WAIT_MS: "60000" });
  expect(await readReached(deps, { orgId: "a", after: undefined }, read)).toEqual({ position: 3 });
  expect(await readReached(deps, { orgId: "a", after: 3 }, read)).toEqual({ position: 3 });
});

test("waits until the projection is there", async () => {
  const projection = makeProjection({ READ_WAIT_MS: "60000", LOG_POLL_MS: "60000" });
  const answered = readReached(projection.deps, { orgId: "a", after: 5 }, projection.read);
  projection.moveTo(4);
  projection.moveTo(5);
  expect(await answered).toEqual({ position: 5 });
  expect(projection.isListenedTo()).toBe(false);
});

test("a lost wake-up costs a poll, not the answer", async () => {
  const projection = makeProjection({ READ_WAIT_MS: "60000", LOG_POLL_MS: "5" });
  let reads = 0;
  const answer = await readReached(projection.deps, { orgId: "a", after: 5 }, async () => {
    reads += 1;
    return { position: reads > 2 ? 5 : 3 };
  });
  expect(answer.position).toBe(5);
});

test("gives up waiting and answers what there is", async () => {
  const { deps, read } = makeProjection({ READ_WAIT_MS: "30", LOG_POLL_MS: "5" });
  expect(await readReached(deps, { orgId: "a", after: 5 }, read)).toEqual({ position: 3 });
});

test("what is not there yet may come; what never comes is not found", async () => {
  const projection = makeProjection({ READ_WAIT_MS: "30", LOG_POLL_MS: "5" });
  let reads = 0;
  const late = async () => {
    reads += 1;
    if (reads < 2) throw new NotFound("not yet");
    return { position: 9 };
  };
  expect(await readReached(projection.deps, { orgId: "a", after: 9 }, late)).toEqual({ position: 9 });
  const never = () => Promise.reject(new NotFound("never"));
  await expect(readReached(projection.deps, { orgId: "a", after: 9 }, never)).rejects.toThrow("never");
});
