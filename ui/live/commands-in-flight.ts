import type { ClientFrame } from "../../core/protocol.ts";

export type TailCommand = Extract<ClientFrame, { type: "steer" | "abort" }>;

/** What a command was refused for; `code` is one of core's. */
export class Rejected extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

type Waiting = {
  command: TailCommand;
  resolve(answer: { position: number }): void;
  reject(error: Rejected): void;
};

export type CommandsInFlight = {
  /** Settles with the answer, however often the connection is lost before it comes. */
  add(command: TailCommand): Promise<{ position: number }>;
  /** All that have no answer yet, oldest first: to be sent again on a new connection. */
  pending(): TailCommand[];
  accept(commandId: string, position: number): void;
  reject(commandId: string, code: string, message: string): void;
};

/** Commands that were sent and not yet answered. Sending one again is harmless: its id is the same. */
export function makeCommandsInFlight(): CommandsInFlight {
  const waiting = new Map<string, Waiting>();
  const take = (commandId: string) => {
    const found = waiting.get(commandId);
    waiting.delete(commandId);
    return found;
  };
  return {
    add: (command) =>
      new Promise((resolve, reject) => waiting.set(command.commandId, { command, resolve, reject })),
    pending: () => [...waiting.values()].map(({ command }) => command),
    accept: (commandId, position) => take(commandId)?.resolve({ position }),
    reject: (commandId, code, message) => take(commandId)?.reject(new Rejected(code, message)),
  };
}
