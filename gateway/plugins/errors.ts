import type { FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import type * as z from "zod";
import type { errorAnswerSchema } from "../../core/api.ts";
import { type ErrorCode, messageOf, NotFound, PihordevError } from "../../core/errors.ts";
import type { App } from "../deps.ts";

/** The only map from an error's code to a status. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  bad_input: 400,
  command_rejected: 409,
  version_conflict: 409,
  not_found: 404,
  forbidden: 403,
  unauthenticated: 401,
  fenced: 409,
  too_large: 413,
  unknown_event: 500,
  ask_timeout: 504,
  repository: 422,
  model: 422,
  sandbox: 502,
  unavailable: 503,
};

/** What HTTP itself refuses, by the status the server chose. */
const HTTP_PROBLEMS: Readonly<Record<number, { code: ErrorCode; message: string }>> = {
  400: {
    code: "bad_input",
    message: "The request cannot be read: send well-formed JSON and a well-formed address.",
  },
  413: { code: "too_large", message: "The request's body is over the limit: send less." },
  415: {
    code: "bad_input",
    message: "Only JSON is accepted: send the body with content-type application/json.",
  },
};

type ErrorAnswer = z.infer<typeof errorAnswerSchema>;

/** What a person may know of anything thrown: a status, a code and one sentence. */
export type Problem = { status: number; code: string; message: string };

export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof PihordevError) {
    return { status: STATUS[thrown.code], code: thrown.code, message: messageOf(thrown) };
  }
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const where = thrown.validation.map(({ instancePath, message }) =>
      [instancePath.slice(1).replaceAll("/", "."), message].filter(Boolean).join(": "),
    );
    const message = `The request's ${thrown.validationContext ?? "content"} is wrong (${where.join("; ").slice(0, 1_000)}): correct it and send again.`;
    return { status: 400, code: "bad_input", message };
  }
  const http = HTTP_PROBLEMS[statusOf(thrown)];
  if (http) return { status: statusOf(thrown), ...http };
  if (isLostConnection(thrown)) {
    return {
      status: 503,
      code: "unavailable",
      message: "The database cannot be reached now: try again in a moment.",
    };
  }
  return {
    status: 500,
    code: "internal",
    message: "Something went wrong on the server: its log has the details.",
  };
}

/** Answers with a problem; `status` only where HTTP has a finer word than the code (421). */
export function answerProblem(reply: FastifyReply, thrown: unknown, status?: number): FastifyReply {
  const problem = problemOf(thrown);
  const body: ErrorAnswer = { error: { code: problem.code, message: problem.message } };
  return reply
    .code(status ?? problem.status)
    .header("cache-control", "no-store")
    .type("application/json; charset=utf-8")
    .serializer(JSON.stringify)
    .send(body);
}

/** Every error answer of the gateway is made here; causes of a 5xx go to the log and nowhere else. */
export function errorAnswers(app: App): void {
  app.setErrorHandler((thrown, request: FastifyRequest, reply) => {
    if (problemOf(thrown).status >= 500) request.log.error({ err: thrown }, "request failed");
    return answerProblem(reply, thrown);
  });
  app.setNotFoundHandler((request, reply) => {
    return answerProblem(reply, new NotFound(`There is nothing for ${request.method} at this address.`));
  });
}

function statusOf(thrown: unknown): number {
  if (thrown === null || typeof thrown !== "object" || !("statusCode" in thrown)) return 0;
  return typeof thrown.statusCode === "number" ? thrown.statusCode : 0;
}

/** Codes of the system and of Postgres (classes 08, 53, 57P) that mean: not now. */
function isLostConnection(thrown: unknown): boolean {
  if (!(thrown instanceof Error)) return false;
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
  if (/^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|08...|53...|57P..)$/.test(code)) return true;
  return /connection terminated|timeout exceeded when trying to connect/i.test(thrown.message);
}
