import { BadInput, messageOf, NotFound, SandboxError, TooLarge, Unauthenticated } from "../../core/errors.ts";

/** What the SDK or fetch threw, in our words. `lost`: the box or its server is gone, a new box may work. */
export type Failure = { lost: boolean; status: number | null; code: string; message: string };

export function failureOf(thrown: unknown): Failure {
  const status = fieldOf(thrown, "statusCode");
  if (typeof status !== "number") return { lost: true, status: null, code: "", message: messageOf(thrown) };
  const { code, message } = bodyOf(thrown);
  const lost = status >= 500 ? status !== 501 : status === 404 && code.endsWith("SANDBOX_NOT_FOUND");
  return { lost, status, code, message };
}

/** The error to throw for a file operation, or for a command that could not be asked for. */
export function errorOf(thrown: unknown, what: string): Error {
  const failure = failureOf(thrown);
  const text = `${what}: ${failure.message}`;
  if (failure.lost || failure.status === null) return new SandboxError(text, { cause: thrown });
  if (failure.status === 404) return new NotFound(text, { cause: thrown });
  if (failure.status === 413) return new TooLarge(text, { cause: thrown });
  if (failure.status === 401) return new Unauthenticated(text, { cause: thrown });
  if (failure.status === 400) return new BadInput(text, { cause: thrown });
  return new SandboxError(text, { cause: thrown });
}

/** Downloads and uploads lose the server's words in the SDK's error: they are still in the raw body. */
function bodyOf(thrown: unknown): { code: string; message: string } {
  const raw = fieldOf(thrown, "rawBody");
  const body = typeof raw === "string" ? parse(raw) : raw;
  const code = fieldOf(body, "code") ?? fieldOf(fieldOf(thrown, "error"), "code") ?? "";
  const message = fieldOf(body, "message") ?? messageOf(thrown);
  return { code: String(code), message: String(message).replace(/\s+/g, " ").trim() };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Reflect.get(value, name);
}
