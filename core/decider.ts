import type { NewEvent } from "./event.ts";

/** When and by whom a command is given: the only clock and the only identity a decider sees. */
export type CommandContext = {
  /** ISO 8601, taken where the command entered the system. */
  now: string;
  actor: { kind: "person" | "agent" | "api_key" | "system"; id: string };
};

/**
 * The theory of the write side in four lines (J. Chassaing, "Functional Event Sourcing Decider").
 * `decide` is pure: it throws CommandRejected (the state does not allow it) or BadInput (the command itself is
 * wrong), or returns what has happened; an empty list means that the command asks for what already is.
 */
export type Decider<State, Command, Event extends NewEvent> = {
  initialState: State;
  evolve: (state: State, event: Event) => State;
  decide: (command: Command, state: State, context: CommandContext) => Event[];
};
