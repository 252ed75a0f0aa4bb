import type { WebSocket } from "ws";
import { messageOf, PihordevError, TooLarge } from "../../core/errors.ts";
import { CLOSE_CODES, type ClientFrame, PROTOCOL_VERSION } from "../../core/protocol.ts";
import { problemOf } from "../plugins/errors.ts";
import type { Person } from "../plugins/person.ts";
import { commandOf, parseClientFrame } from "./client-frames.ts";
import { makeFrameRate } from "./frame-rate.ts";
import { watchHeartbeat } from "./heartbeat.ts";
import { CLIENT_FRAME_BURST, CLIENT_FRAMES_PER_SECOND, MAX_COMMANDS_IN_FLIGHT } from "./limits.ts";
import type { LiveParts } from "./live-parts.ts";
import { makeOutbox, type Outbox } from "./outbox.ts";
import { forwardDelta, makeSubscriptions, type Subscriptions } from "./subscriptions.ts";

type Connection = {
  socket: WebSocket;
  person: Person;
  parts: LiveParts;
  outbox: Outbox;
  subscriptions: Subscriptions;
};

/** One socket from its opening to its end: frames in, frames out, and everything given back when it closes. */
export function serveConnection(socket: WebSocket, person: Person, parts: LiveParts): void {
  const outbox = makeOutbox({
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    // A frame for a socket that is closing is for nobody: it resumes from its position.
    send: (text) => socket.readyState === socket.OPEN && socket.send(text),
  });
  const { tail, readRun, log } = parts;
  const subscriptions = makeSubscriptions({
    tail,
    person,
    outbox,
    log,
    readRun: (stream) => readRun(person, stream),
    leave: () => socket.close(CLOSE_CODES.unauthenticated),
  });
  const connection = { socket, person, parts, outbox, subscriptions };
  const ends = [
    parts.watchDeltas(person.orgId, forwardDelta(subscriptions, outbox)),
    parts.onProjection(person.orgId, (name, position) => outbox.projection(name, position)),
    watchHeartbeat(socket, { everyMs: parts.pingMs, stillMember: () => parts.stillMember(person) }),
    () => subscriptions.closeAll(),
    () => outbox.close(),
  ];
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    for (const end of ends) end();
  });
  takeFrames(connection);
  void greet(connection);
}

async function greet({ socket, person, parts, outbox }: Connection): Promise<void> {
  try {
    const position = await parts.head(person);
    outbox.send({ type: "hello", protocolVersion: PROTOCOL_VERSION, orgId: person.orgId, position });
  } catch (error) {
    parts.log(`greeting failed: ${messageOf(error)}`);
    endWith({ socket, outbox }, error, CLOSE_CODES.goingAway);
  }
}

function takeFrames(connection: Connection): void {
  const { socket } = connection;
  const rate = makeFrameRate(CLIENT_FRAME_BURST, CLIENT_FRAMES_PER_SECOND);
  let inFlight = 0;
  socket.on("message", (data, isBinary) => {
    if (socket.readyState !== socket.OPEN) return;
    if (!rate.take(performance.now()) || inFlight >= MAX_COMMANDS_IN_FLIGHT) {
      const tooMany = new TooLarge("This socket sends more than it may: wait before you connect again.");
      endWith(connection, tooMany, CLOSE_CODES.tooMany);
      return;
    }
    try {
      const frame = parseClientFrame(data, isBinary);
      inFlight += 1;
      void obey(connection, frame).finally(() => {
        inFlight -= 1;
      });
    } catch (error) {
      endWith(connection, error, CLOSE_CODES.badFrame);
    }
  });
}

async function obey(connection: Connection, frame: ClientFrame): Promise<void> {
  const { outbox, subscriptions } = connection;
  if (frame.type === "unsubscribe") return subscriptions.close(frame.subscription);
  if (frame.type !== "subscribe") return command(connection, frame);
  try {
    subscriptions.open(frame);
  } catch (error) {
    const { code, message } = problemOf(error);
    outbox.send({ type: "error", code, message });
  }
}

type CommandFrame = Extract<ClientFrame, { commandId: string }>;

async function command({ parts, person, outbox }: Connection, frame: CommandFrame): Promise<void> {
  const { commandId } = frame;
  try {
    const { position } = await parts.giveCommand(person, { commandId, command: commandOf(frame) });
    outbox.send({ type: "accepted", commandId, position });
  } catch (error) {
    if (!(error instanceof PihordevError)) parts.log(`a command failed: ${messageOf(error)}`);
    const { code, message } = problemOf(error);
    outbox.send({ type: "rejected", commandId, code, message });
  }
}

/** An error frame, then the close code: what was wrong, in words and for the program. */
function endWith(
  { socket, outbox }: Pick<Connection, "socket" | "outbox">,
  error: unknown,
  closeCode: number,
): void {
  const { code, message } = problemOf(error);
  outbox.send({ type: "error", code, message });
  socket.close(closeCode);
}
