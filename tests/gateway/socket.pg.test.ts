import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CLOSE_CODES, PROTOCOL_VERSION } from "../../core/protocol.ts";
import { CLIENT_FRAME_BURST, MAX_CLIENT_FRAME_BYTES, MAX_SUBSCRIPTIONS } from "../../gateway/live/limits.ts";
import { startGateway, type TestGateway } from "../support/build-app.ts";
import { coveredPositions, openLive } from "../support/gateway/live-client.ts";
import { append, notice, seedRun } from "../support/gateway/seeds.ts";

let gateway: TestGateway;
let orgId: string;

beforeAll(async () => {
  gateway = await startGateway({ settings: { TAIL_POLL_MS: "200" } });
  orgId = gateway.db.orgId;
});

afterAll(() => gateway.close());

function add(amount = 1, stream = `transcript-${randomUUID()}`) {
  const events = Array.from({ length: amount }, (_, index) => notice(`event ${index}`));
  return append(gateway.deps.store, { orgId, stream }, events);
}

test("greets with the protocol's version and the end of the log", async () => {
  const { position } = await add();
  const live = await openLive(gateway.port);
  expect(await live.until("hello")).toEqual({
    type: "hello",
    protocolVersion: PROTOCOL_VERSION,
    orgId,
    position,
  });
  await live.close();
});

test("catches up, says so, and goes on live", async () => {
  const live = await openLive(gateway.port);
  const { position: end } = await add(700);
  live.say({ type: "subscribe", subscription: "log", after: 0 });
  const caughtUp = await live.until("caught_up");
  expect(caughtUp.position).toBeGreaterThanOrEqual(end);
  const { position } = await add(3);
  await live.until("agent_event", ({ to }) => to >= position);
  const { positions, to } = coveredPositions(live, "log", 0);
  expect(positions).toEqual(Array.from({ length: to }, (_, index) => index + 1));
  await live.close();
});

test("going on from a position gives exactly the rest of the log", async () => {
  const [first, second] = [await openLive(gateway.port), await openLive(gateway.port)];
  first.say({ type: "subscribe", subscription: "log", after: 0 });
  const { position: middle } = await first.until("caught_up");
  await first.close();
  const { position: end } = await add(20);
  second.say({ type: "subscribe", subscription: "log", after: middle });
  await second.until("caught_up", ({ position }) => position >= end);
  const { positions } = coveredPositions(second, "log", middle);
  expect(positions).toEqual(Array.from({ length: end - middle }, (_, index) => middle + 1 + index));
  await second.close();
});

test("a run's status follows the event that changed it", async () => {
  const live = await openLive(gateway.port);
  const { position: after } = await live.until("hello");
  live.say({ type: "subscribe", subscription: "log", after });
  await live.until("caught_up");
  const { runId } = await seedRun(gateway.deps.store, orgId, true);
  await live.until("agent_status", ({ status }) => status === "running");
  const statuses = live.of("agent_status").map((frame) => [frame.runId, frame.status]);
  expect(statuses).toEqual([
    [runId, "queued"],
    [runId, "starting"],
    [runId, "running"],
  ]);
  const order = live.frames.map(({ type }) => type);
  expect(order.indexOf("agent_status")).toBeGreaterThan(order.indexOf("agent_event"));
  await live.close();
});

test("two subscriptions of one socket are told apart, and one can end", async () => {
  const live = await openLive(gateway.port);
  const { position: after } = await live.until("hello");
  const stream = `transcript-${randomUUID()}`;
  live.say({ type: "subscribe", subscription: "all", after });
  live.say({ type: "subscribe", subscription: "one", streams: [stream], after });
  await live.until("caught_up", ({ subscription }) => subscription === "one");
  const { position: first } = await add();
  const { position: second } = await add(1, stream);
  await live.until("agent_event", (frame) => frame.subscription === "one" && frame.to >= second);
  await live.until("agent_event", (frame) => frame.subscription === "all" && frame.to >= second);
  expect(coveredPositions(live, "all", after).positions).toEqual([first, second]);
  expect(coveredPositions(live, "one", after).positions).toEqual([second]);
  live.say({ type: "unsubscribe", subscription: "one" });
  live.say({ type: "subscribe", subscription: "marker", after: second });
  await live.until("caught_up", ({ subscription }) => subscription === "marker");
  const { position: third } = await add(1, stream);
  await live.until("agent_event", (frame) => frame.subscription === "all" && frame.to >= third);
  expect(coveredPositions(live, "one", after).to).toBe(second);
  await live.close();
});

test.each([
  ["text that is no JSON", "hello"],
  ["another shape", "{}"],
  ["an unknown type", '{"type":"reboot"}'],
  ["nothing", ""],
  ["deep nesting", "[".repeat(50_000)],
  ["a NUL", '{"type":"unsubscribe","subscription":"\\u0000"}'],
])("%s ends the socket with words and a code", async (_what, garbage) => {
  const live = await openLive(gateway.port);
  live.say(garbage);
  expect(await live.until("error")).toMatchObject({ code: "bad_input" });
  expect(await live.closed).toBe(CLOSE_CODES.badFrame);
});

test("a binary frame ends the socket", async () => {
  const live = await openLive(gateway.port);
  live.socket.send(Buffer.from([0, 1, 2, 255]));
  await live.until("error");
  expect(await live.closed).toBe(CLOSE_CODES.badFrame);
});

test("a frame over the limit ends the socket", async () => {
  const live = await openLive(gateway.port);
  live.say("x".repeat(MAX_CLIENT_FRAME_BYTES + 1));
  expect(await live.closed).toBe(CLOSE_CODES.tooLarge);
});

test("a stream that is none is refused and the socket goes on", async () => {
  const live = await openLive(gateway.port);
  live.say({ type: "subscribe", subscription: "x", streams: ["events; drop table"], after: 0 });
  expect(await live.until("error")).toMatchObject({ code: "bad_input" });
  live.say({ type: "subscribe", subscription: "y", streams: [`run-${randomUUID()}`], after: 0 });
  await live.until("caught_up");
  await live.close();
});

test("one subscription too many is refused, ten thousand end the socket", async () => {
  const live = await openLive(gateway.port);
  const { position: after } = await live.until("hello");
  for (let index = 0; index <= MAX_SUBSCRIPTIONS; index += 1)
    live.say({ type: "subscribe", subscription: `s${index}`, after });
  expect(await live.until("error")).toMatchObject({
    code: "bad_input",
    message: expect.stringContaining("16"),
  });
  for (let index = 0; index < 10_000 && live.socket.readyState === live.socket.OPEN; index += 1) {
    live.say({ type: "subscribe", subscription: `t${index}`, after });
  }
  expect(await live.closed).toBe(CLOSE_CODES.tooMany);
  const names = new Set(live.of("caught_up").map(({ subscription }) => subscription));
  expect(names.size).toBeLessThanOrEqual(MAX_SUBSCRIPTIONS);
  expect(CLIENT_FRAME_BURST).toBeGreaterThan(MAX_SUBSCRIPTIONS);
});

test("commands are accepted or rejected by their id, and a repeat is harmless", async () => {
  const { runId } = await seedRun(gateway.deps.store, orgId, true);
  const live = await openLive(gateway.port);
  const commandId = randomUUID();
  live.say({ type: "steer", commandId, runId, text: "left" });
  const accepted = await live.until("accepted");
  live.say({ type: "steer", commandId, runId, text: "left" });
  await live.until("accepted", (frame) => frame !== accepted);
  expect(live.of("accepted").map((frame) => [frame.commandId, frame.position])).toEqual([
    [commandId, accepted.position],
    [commandId, accepted.position],
  ]);
  const abortId = randomUUID();
  live.say({ type: "abort", commandId: abortId, runId, reason: "enough" });
  await live.until("accepted", (frame) => frame.commandId === abortId);
  const lateId = randomUUID();
  live.say({ type: "steer", commandId: lateId, runId, text: "right" });
  expect(await live.until("rejected")).toMatchObject({ commandId: lateId, code: "command_rejected" });
  await live.close();
});

test("a run of another organization is not found, and none of its events is seen", async () => {
  const other = await gateway.db.addOrganization();
  const theirs = await seedRun(gateway.deps.store, other.orgId, true);
  const live = await openLive(gateway.port);
  live.say({ type: "abort", commandId: randomUUID(), runId: theirs.runId });
  expect(await live.until("rejected")).toMatchObject({ code: "not_found" });
  live.say({ type: "subscribe", subscription: "theirs", streams: [`run-${theirs.runId}`], after: 0 });
  await live.until("caught_up");
  expect(coveredPositions(live, "theirs", 0).positions).toEqual([]);
  await live.close();
});

test("who leaves the organization loses the socket", async () => {
  const watched = await startGateway({ settings: { SOCKET_PING_MS: "50" } });
  const live = await openLive(watched.port);
  await live.until("hello");
  await watched.db.query("set session_replication_role = replica; delete from auth.member");
  expect(await live.closed).toBe(CLOSE_CODES.unauthenticated);
  await watched.close();
});
