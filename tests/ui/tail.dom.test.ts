// @vitest-environment node
import { afterEach, describe, expect, test, vi } from "vitest";
import type { RecordedEvent } from "../../core/event.ts";
import { PROTOCOL_VERSION } from "../../core/protocol.ts";
import { Rejected } from "../../ui/live/commands-in-flight.ts";
import { makeTail, TAIL_PROTOCOL_VERSION, type Tail, type TailState } from "../../ui/tail.ts";
import { type LiveServer, startLiveServer } from "./support/live-server.ts";
import { makeRecorder, uuid } from "./support/recorded.ts";

const QUICK = { firstRetryMs: 5, lastRetryMs: 20, connectTimeoutMs: 2_000 };
const open: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function start(
  options: Parameters<typeof startLiveServer>[0] = {},
  more: Partial<Parameters<typeof makeTail>[0]> = {},
) {
  const server = await startLiveServer(options);
  const tail = makeTail({ url: server.url, ...QUICK, ...more });
  open.push(server.close, tail.close);
  return { server, tail };
}

/** A subscription of the tail, and what came through it. */
function listen(tail: Tail, after = 0) {
  const got: { positions: number[]; to: number; caughtUp: number | null } = {
    positions: [],
    to: after,
    caughtUp: null,
  };
  const end = tail.subscribe({
    streams: ["run-x"],
    after,
    onEvents: (events, to) => {
      got.positions.push(...events.map(({ position }) => position));
      got.to = to;
    },
    onCaughtUp: (position) => {
      got.caughtUp = position;
    },
  });
  return { got, end };
}

const record = makeRecorder();
const log: RecordedEvent[] = Array.from({ length: 50 }, (_, index) =>
  record("NoticeGiven", { text: `${index}` }),
);
const frame = (subscription: unknown, from: number, to: number) => ({
  type: "agent_event",
  subscription,
  from,
  to,
  events: log.filter(({ position }) => position >= from && position <= to),
});
const subscribed = (server: LiveServer, count = 1) =>
  server.until(() => server.received.filter(({ type }) => type === "subscribe")[count - 1]);
const state = (tail: Tail, wanted: TailState["status"]) =>
  vi.waitFor(() => expect(tail.state().status).toBe(wanted));

test("speaks the protocol's version", () => {
  expect(TAIL_PROTOCOL_VERSION).toBe(PROTOCOL_VERSION);
});

describe("reading", () => {
  test("asks for what comes after its position, and passes it on in order", async () => {
    const { server, tail } = await start();
    const { got } = listen(tail, 3);
    const asked = await subscribed(server);
    expect(asked).toEqual({
      type: "subscribe",
      subscription: asked.subscription,
      streams: ["run-x"],
      after: 3,
    });
    server.send(frame(asked.subscription, 4, 6));
    server.send({ type: "caught_up", subscription: asked.subscription, position: 6 });
    server.send(frame(asked.subscription, 7, 7));
    await vi.waitFor(() => expect(got).toEqual({ positions: [4, 5, 6, 7], to: 7, caughtUp: 6 }));
    expect(tail.state()).toMatchObject({ status: "online", lastPosition: 7 });
  });

  test("a frame that covers nothing visible still moves the position", async () => {
    const { server, tail } = await start();
    const { got } = listen(tail);
    const { subscription } = await subscribed(server);
    server.send({ type: "agent_event", subscription, from: 1, to: 9, events: [] });
    server.send(frame(subscription, 10, 10));
    await vi.waitFor(() => expect(got).toMatchObject({ positions: [10], to: 10 }));
    expect(server.received).toHaveLength(1);
  });

  test("repeated and overlapping frames bring nothing twice", async () => {
    const { server, tail } = await start();
    const { got } = listen(tail);
    const { subscription } = await subscribed(server);
    for (const [from, to] of [
      [1, 3],
      [1, 3],
      [2, 5],
      [5, 5],
      [6, 6],
    ] as const)
      server.send(frame(subscription, from, to));
    await vi.waitFor(() => expect(got.to).toBe(6));
    expect(got.positions).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test("after a gap it reads again from its own position, and ignores the old subscription", async () => {
    const { server, tail } = await start();
    const { got } = listen(tail);
    const first = await subscribed(server);
    server.send(frame(first.subscription, 1, 2));
    server.send(frame(first.subscription, 4, 5));
    const second = await subscribed(server, 2);
    expect(second).toMatchObject({ after: 2 });
    expect(second.subscription).not.toBe(first.subscription);
    expect(server.received).toContainEqual({ type: "unsubscribe", subscription: first.subscription });
    server.send(frame(first.subscription, 3, 9));
    server.send(frame(second.subscription, 3, 5));
    await vi.waitFor(() => expect(got.to).toBe(5));
    expect(got.positions).toEqual([1, 2, 3, 4, 5]);
  });

  test("two subscriptions have positions of their own", async () => {
    const { server, tail } = await start();
    const one = listen(tail);
    const two = listen(tail, 10);
    const [first, second] = [await subscribed(server), await subscribed(server, 2)];
    server.send(frame(second.subscription, 11, 11));
    server.send(frame(first.subscription, 1, 1));
    await vi.waitFor(() => expect([one.got.to, two.got.to]).toEqual([1, 11]));
    two.end();
    expect(
      await server.until(() => server.received.find(({ type }) => type === "unsubscribe")),
    ).toMatchObject({
      subscription: second.subscription,
    });
  });

  test("what is no frame is ignored", async () => {
    const { server, tail } = await start();
    const { got } = listen(tail);
    const { subscription } = await subscribed(server);
    for (const text of ["", "[]", "null", "{", '{"type":"never heard of"}'])
      for (const socket of server.sockets()) socket.send(text);
    server.send(frame(subscription, 1, 1));
    await vi.waitFor(() => expect(got.to).toBe(1));
  });
});

describe("a lost connection", () => {
  test("comes back by itself and goes on after the last position, again and again", async () => {
    const { server, tail } = await start({
      onFrame: (asked, socket) => {
        if (asked.type !== "subscribe" || typeof asked.after !== "number" || asked.after >= log.length)
          return;
        socket.send(JSON.stringify(frame(asked.subscription, asked.after + 1, asked.after + 5)));
        if (asked.after + 5 < log.length) socket.terminate();
      },
    });
    const { got } = listen(tail);
    await vi.waitFor(() => expect(got.to).toBe(log.length), { timeout: 8_000 });
    expect(got.positions).toEqual(log.map(({ position }) => position));
    expect(server.received.filter(({ type }) => type === "subscribe").length).toBeGreaterThanOrEqual(10);
  }, 10_000);

  test("is told, with the time since", async () => {
    const { server, tail } = await start({}, { firstRetryMs: 60_000, lastRetryMs: 60_000 });
    await state(tail, "online");
    const before = Date.now();
    for (const socket of server.sockets()) socket.terminate();
    await state(tail, "offline");
    expect(tail.state().since).toBeGreaterThanOrEqual(before);
    tail.wake();
    await state(tail, "online");
  });

  test("a server that never answers is given up and tried again", async () => {
    const { server, tail } = await start({ hello: null }, { connectTimeoutMs: 30 });
    const seen = new Set<unknown>();
    await server.until(() => {
      for (const socket of server.sockets()) seen.add(socket);
      return seen.size >= 3 || undefined;
    });
    expect(tail.state().status).toBe("offline");
  });

  test("without a network it is lost at once, and comes back when it is woken", async () => {
    const { server, tail } = await start({}, { lastRetryMs: 60_000 });
    const { got } = listen(tail);
    const first = await subscribed(server);
    tail.lose();
    expect(tail.state().status).toBe("offline");
    server.send(frame(first.subscription, 1, 2));
    await server.until(() => (server.sockets().length === 0 ? true : undefined));
    expect(got.positions).toEqual([]);
    tail.wake();
    const second = await subscribed(server, 2);
    server.send(frame(second.subscription, 1, 2));
    await vi.waitFor(() => expect(got.positions).toEqual([1, 2]));
    expect(tail.state().status).toBe("online");
  });

  test("signed out is an end", async () => {
    const { server, tail } = await start();
    await state(tail, "online");
    for (const socket of server.sockets()) socket.close(4401);
    await state(tail, "signed_out");
    tail.wake();
    expect(tail.state().status).toBe("signed_out");
  });

  test("a server of another version is an end too", async () => {
    const { tail } = await start({ hello: { type: "hello", protocolVersion: 99, orgId: "o", position: 0 } });
    await state(tail, "outdated");
  });
});

describe("commands", () => {
  const steer = (commandId: string) => ({ type: "steer" as const, commandId, runId: uuid(1), text: "Go on" });

  test("are answered with their position", async () => {
    const { server, tail } = await start();
    const answer = tail.send(steer(uuid(2)));
    await server.until(() => server.received.find(({ type }) => type === "steer"));
    server.send({ type: "accepted", commandId: uuid(2), position: 7 });
    expect(await answer).toEqual({ position: 7 });
  });

  test("a refusal carries its reason", async () => {
    const { server, tail } = await start();
    const answer = tail.send(steer(uuid(3)));
    await server.until(() => server.received.find(({ type }) => type === "steer"));
    server.send({
      type: "rejected",
      commandId: uuid(3),
      code: "command_rejected",
      message: "The run has ended.",
    });
    await expect(answer).rejects.toEqual(new Rejected("command_rejected", "The run has ended."));
  });

  test("without an answer they are sent again with the same id, and settle once", async () => {
    let sockets = 0;
    const { server, tail } = await start({
      onFrame: (asked, socket) => {
        if (asked.type !== "steer") return;
        sockets += 1;
        if (sockets === 1) socket.terminate();
        else socket.send(JSON.stringify({ type: "accepted", commandId: asked.commandId, position: 4 }));
      },
    });
    expect(await tail.send(steer(uuid(4)))).toEqual({ position: 4 });
    expect(server.received.filter(({ type }) => type === "steer").map(({ commandId }) => commandId)).toEqual([
      uuid(4),
      uuid(4),
    ]);
  });
});

test("deltas and projections reach who listens, and nobody after that", async () => {
  const { server, tail } = await start();
  const heard: string[] = [];
  const off = tail.onDelta(({ text }) => heard.push(text));
  tail.onAdvanced(({ name, position }) => heard.push(`${name} ${position}`));
  await state(tail, "online");
  const delta = { type: "delta", runId: uuid(1), messageId: "m", part: "text", offset: 0 };
  server.send({ ...delta, text: "one" });
  server.send({ type: "projection_advanced", name: "task_state", position: 3 });
  await vi.waitFor(() => expect(heard).toEqual(["one", "task_state 3"]));
  off();
  server.send({ ...delta, text: "two" });
  server.send({ type: "projection_advanced", name: "task_state", position: 4 });
  await vi.waitFor(() => expect(heard).toEqual(["one", "task_state 3", "task_state 4"]));
});
