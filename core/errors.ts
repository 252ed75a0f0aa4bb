/**
 * The closed list of errors that have a meaning across folders. Each has a stable `code`; messages are one
 * sentence each for a person: what happened, what it means, what to do.
 */
export abstract class PihordevError extends Error {
  abstract readonly code: ErrorCode;
}

export const ERROR_CODES = [
  "bad_input",
  "command_rejected",
  "version_conflict",
  "not_found",
  "forbidden",
  "unauthenticated",
  "fenced",
  "too_large",
  "unknown_event",
  "ask_timeout",
  "repository",
  "model",
  "sandbox",
  "unavailable",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Something given from outside has the wrong shape or size. */
export class BadInput extends PihordevError {
  readonly code = "bad_input";
}

/** A decider refused: the state does not allow the command. */
export class CommandRejected extends PihordevError {
  readonly code = "command_rejected";
}

/** The stream has moved on since it was read. */
export class VersionConflict extends PihordevError {
  readonly code = "version_conflict";
  constructor(
    readonly stream: string,
    readonly expected: number,
    readonly found: number,
  ) {
    super(`Stream ${stream} is at version ${found}, not at ${expected}: read it again and retry.`);
  }
}

/** It does not exist, or not for this organization: the two are never told apart. */
export class NotFound extends PihordevError {
  readonly code = "not_found";
}

export class Forbidden extends PihordevError {
  readonly code = "forbidden";
}

export class Unauthenticated extends PihordevError {
  readonly code = "unauthenticated";
}

/** Another worker holds the run's lease now: the append was refused and the caller must stop. */
export class Fenced extends PihordevError {
  readonly code = "fenced";
  constructor(
    readonly runId: string,
    readonly fence: number,
  ) {
    super(`Run ${runId} was taken over: fence ${fence} is old, nothing was written.`);
  }
}

/** Over a stated limit: an event's data, a body, a file. */
export class TooLarge extends PihordevError {
  readonly code = "too_large";
}

/** A type that this version does not know, or a newer schema version: the reader stops before it. */
export class UnknownEvent extends PihordevError {
  readonly code = "unknown_event";
  constructor(
    readonly type: string,
    readonly schemaVersion: number,
  ) {
    super(
      `Event type ${type} version ${schemaVersion} is not known here: this program is older than the log.`,
    );
  }
}

/** No worker answered an ask in time. */
export class AskTimeout extends PihordevError {
  readonly code = "ask_timeout";
}

/** Clone, bundle, check or push failed: the repository or its server is at fault. */
export class RepositoryError extends PihordevError {
  readonly code = "repository";
  /** What of a run's ends it is, for who records it. */
  readonly reason: "repository" | "base_branch" | "push" | "disk_full";
  constructor(message: string, options: ErrorOptions & { reason?: RepositoryError["reason"] } = {}) {
    super(message, options);
    this.reason = options.reason ?? "repository";
  }
}

/** The model or its provider refused, is unknown, or gave nothing usable. */
export class ModelError extends PihordevError {
  readonly code = "model";
}

/** The sandbox did not start, died, or cannot be reached. */
export class SandboxError extends PihordevError {
  readonly code = "sandbox";
}

/** A part that is needed is not there now: database, disk, worker. Trying again later can help. */
export class Unavailable extends PihordevError {
  readonly code = "unavailable";
}

/** The text of anything thrown, in one line. */
export function messageOf(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return text.replace(/\s+/g, " ").trim();
}
