import makeSubscriber from "pg-listen";
import { messageOf, Unavailable } from "../core/errors.ts";

export type ProjectionAdvance = { orgId: string; name: string; position: number };
type Off = () => void;

/**
 * Wake-ups. Each is a hint and never data: one can be lost with its connection, so every listener also polls. After
 * a lost connection everything that may have moved is said to have (`onLog(null)`).
 */
export type WakeUps = {
  /** Organizations whose log has grown; null: any of them. */
  onLog(fn: (orgIds: readonly string[] | null) => void): Off;
  onProjection(fn: (advance: ProjectionAdvance) => void): Off;
  onAsk(fn: () => void): Off;
  onAnswer(fn: (askId: string) => void): Off;
  /** Any other channel, as long as somebody listens to it. Resolves when the database has it. */
  onChannel(channel: string, fn: (payload: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
};

const CHANNELS = ["log", "projections", "asks", "answers"] as const;
const MAX_RETRY_MS = 2_000;

/** Listens on one connection, which comes back by itself. Throws Unavailable when the first attempt fails. */
export async function makeWakeUps(url: string): Promise<WakeUps> {
  let closed = false;
  const listeners = makeListeners();
  const subscriber = makeSubscriber(
    { connectionString: url, application_name: "pihordev wake-ups" },
    {
      parse: (text: string): string => text,
      paranoidChecking: 15_000,
      retryTimeout: 0,
      retryInterval: (attempt) => {
        if (closed) throw new Unavailable("closed");
        return Math.min(MAX_RETRY_MS, 50 * 2 ** Math.min(attempt, 10));
      },
    },
  );
  subscriber.events.on("notification", ({ channel, payload }) =>
    listeners.tell(channel, String(payload ?? "")),
  );
  // Reported by what fails without it; the poll goes on meanwhile.
  subscriber.events.on("error", () => {});
  try {
    await subscriber.connect();
    for (const channel of CHANNELS) await subscriber.listenTo(channel);
  } catch (cause) {
    throw new Unavailable(`The database cannot be listened to: ${messageOf(cause)}.`, { cause });
  }
  subscriber.events.on("connected", () => {
    if (closed) void subscriber.close().catch(() => {});
    else listeners.tell("log", "");
  });
  return {
    onLog: (fn) => listeners.add("log", (payload) => fn(payload === "" ? null : payload.split(","))),
    onProjection: (fn) => listeners.add("projections", (payload) => tellAdvance(payload, fn)),
    onAsk: (fn) => listeners.add("asks", () => fn()),
    onAnswer: (fn) => listeners.add("answers", fn),
    onChannel: async (channel, fn) => {
      const off = listeners.add(channel, fn);
      // A connection that is just being replaced listens to it afterwards: the subscriber keeps the list.
      await subscriber.listenTo(channel)?.catch(() => {});
      return async () => {
        off();
        if (!listeners.has(channel) && !closed) await subscriber.unlisten(channel)?.catch(() => {});
      };
    },
    close: async () => {
      closed = true;
      await subscriber.close();
    },
  };
}

function tellAdvance(payload: string, fn: (advance: ProjectionAdvance) => void): void {
  const [orgId, name, position] = payload.split(" ");
  if (orgId && name && position) fn({ orgId, name, position: Number(position) });
}

function makeListeners() {
  const byChannel = new Map<string, Set<(payload: string) => void>>();
  return {
    add(channel: string, fn: (payload: string) => void): Off {
      const own = (payload: string) => fn(payload);
      const all = byChannel.get(channel) ?? new Set();
      byChannel.set(channel, all.add(own));
      return () => {
        all.delete(own);
        if (all.size === 0 && byChannel.get(channel) === all) byChannel.delete(channel);
      };
    },
    has: (channel: string) => byChannel.has(channel),
    tell(channel: string, payload: string): void {
      for (const fn of [...(byChannel.get(channel) ?? [])]) fn(payload);
    },
  };
}
