import {
  AskTimeout,
  BadInput,
  CommandRejected,
  Forbidden,
  ModelError,
  NotFound,
  type PihordevError,
  RepositoryError,
  SandboxError,
  TooLarge,
  Unauthenticated,
  Unavailable,
} from "../../core/errors.ts";

/** Errors that a message makes whole. The others carry values and never cross between processes. */
const MAKERS: Readonly<Record<string, (message: string) => PihordevError>> = {
  bad_input: (message) => new BadInput(message),
  command_rejected: (message) => new CommandRejected(message),
  not_found: (message) => new NotFound(message),
  forbidden: (message) => new Forbidden(message),
  unauthenticated: (message) => new Unauthenticated(message),
  too_large: (message) => new TooLarge(message),
  ask_timeout: (message) => new AskTimeout(message),
  repository: (message) => new RepositoryError(message),
  model: (message) => new ModelError(message),
  sandbox: (message) => new SandboxError(message),
};

/** An error that came from another process as code and message; Unavailable for a code that has no meaning here. */
export function errorFromCode(code: string, message: string): PihordevError {
  const make = Object.hasOwn(MAKERS, code) ? MAKERS[code] : undefined;
  return make ? make(message) : new Unavailable(message);
}
