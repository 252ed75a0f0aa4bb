import websocket from "@fastify/websocket";
import type { WebSocket } from "ws";
import { NotFound, Unavailable } from "../core/errors.ts";
import { CLOSE_CODES } from "../core/protocol.ts";
import { watchDeltas } from "../sql/deltas.ts";
import { inOrganization } from "../sql/enter-organization.ts";
import type { App, GatewayDeps } from "./deps.ts";
import { serveConnection } from "./live/connection.ts";
import { type DeltaHub, makeDeltaHub } from "./live/delta-hub.ts";
import { MAX_CLIENT_FRAME_BYTES, MAX_SOCKETS } from "./live/limits.ts";
import type { LiveParts } from "./live/live-parts.ts";
import { readHead, readStreamAs } from "./log/visible.ts";
import { giveCommand } from "./person-commands/give-command.ts";
import { type Person, personOf } from "./plugins/person.ts";
import { makeTail, type Tail } from "./tail.ts";

const CLOSE_GRACE_MS = 1_000;

/** The open sockets. */
export type Sockets = Set<WebSocket>;

/**
 * Takes upgrades. Comes before every other hook: when one of those refuses an upgrade, this one's hooks are what
 * closes the connection.
 */
export async function takeUpgrades(app: App): Promise<Sockets> {
  const sockets: Sockets = new Set();
  await app.register(websocket, {
    options: { maxPayload: MAX_CLIENT_FRAME_BYTES, perMessageDeflate: false },
    preClose: (done) => void sayGoodbye(sockets).then(() => done()),
  });
  return sockets;
}

/** `GET /ws`: the live side of the gateway. Person, Host and Origin were checked before the upgrade. */
export function liveSocket(app: App, deps: GatewayDeps, sockets: Sockets): void {
  const { pool, store, wakeUps, settings } = deps;
  const tail = makeTail({ pool, store, wakeUps, pollMs: settings.TAIL_POLL_MS });
  const log = (line: string) => app.log.error(line);
  const deltas = makeDeltaHub((orgId, fn) => watchDeltas({ pool, wakeUps }, orgId, fn), log);
  const parts = liveParts(deps, { tail, deltas, log });
  app.addHook("onClose", async () => {
    tail.close();
    await deltas.close();
  });
  const preValidation = async () => {
    if (sockets.size >= MAX_SOCKETS) throw new Unavailable("All sockets are taken: try again in a moment.");
  };
  app.get(
    "/ws",
    { config: { permission: "read:log" }, websocket: true, preValidation },
    (socket, request) => {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket));
      serveConnection(socket, personOf(request), parts);
    },
  );
}

type Sources = { tail: Tail; deltas: DeltaHub; log: (line: string) => void };

function liveParts(deps: GatewayDeps, { tail, deltas, log }: Sources): LiveParts {
  const { pool, wakeUps, settings } = deps;
  return {
    tail,
    log,
    pingMs: settings.SOCKET_PING_MS,
    head: (person) => readHead(pool, person),
    readRun: (person, stream) => readStreamAs(pool, person, stream),
    giveCommand: (person, given) => giveCommand(deps, person, given),
    watchDeltas: (orgId, fn) => deltas.watch(orgId, fn),
    onProjection: (watched, fn) =>
      wakeUps.onProjection(({ orgId, name, position }) => orgId === watched && fn(name, position)),
    stillMember: (person) => stillMember(pool, person),
  };
}

async function stillMember(pool: GatewayDeps["pool"], person: Person): Promise<boolean> {
  try {
    return await inOrganization(pool, person, async () => true);
  } catch (error) {
    return !(error instanceof NotFound);
  }
}

/** Every page is told to come back later, and a socket that does not answer is not waited for. */
async function sayGoodbye(sockets: ReadonlySet<WebSocket>): Promise<void> {
  const closed = [...sockets].map(
    (socket) =>
      new Promise<void>((resolve) => {
        socket.once("close", () => resolve());
        socket.close(CLOSE_CODES.goingAway);
        setTimeout(() => {
          socket.terminate();
          resolve();
        }, CLOSE_GRACE_MS).unref();
      }),
  );
  await Promise.all(closed);
}
