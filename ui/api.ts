import type * as answers from "../core/api.ts";
import type { Answer as AskAnswer } from "../core/asks.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { ProjectCommand } from "../core/project/commands.ts";
import type { runCommands } from "../core/run/commands.ts";
import type { taskCommands } from "../core/task/commands.ts";

type Output<Schema extends { _zod: { output: unknown } }> = Schema["_zod"]["output"];
type Input<Schema extends { _zod: { input: unknown } }> = Schema["_zod"]["input"];

export type Session = Output<typeof answers.sessionSchema>;
export type Models = Output<typeof answers.modelsAnswerSchema>;
export type Tasks = Output<typeof answers.tasksAnswerSchema>;
export type Projects = Output<typeof answers.projectsAnswerSchema>;
export type RunAnswer = Output<typeof answers.runAnswerSchema>;
export type LinkedProject = Output<typeof answers.linkProjectAnswerSchema>;
export type StartedTask = Output<typeof answers.startTaskAnswerSchema>;
export type CommandAnswer = Output<typeof answers.commandAnswerSchema>;
export type Checks = AskAnswer<"machine_checks">;
export type FileAtCheckpoint = AskAnswer<"file_at_checkpoint">;
export type { Model, Project, RunSummary, Task } from "../core/api.ts";

type Commands = typeof taskCommands & typeof runCommands;
/** A command of a person, as `POST /api/v1/commands` takes it. */
export type Command =
  | { [Type in keyof Commands]: { type: Type; data: Input<Commands[Type]> } }[keyof Commands]
  | ProjectCommand;

/** What the server said was wrong; `code` "network" when it could not be reached, "timeout" when it said nothing. */
export class ApiError extends Error {
  constructor(
    readonly code: ErrorCode | "network" | "timeout" | "unknown",
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

const TIMEOUT_MS = 30_000;
/** Linking asks a remote server that may be slow. */
const LINK_TIMEOUT_MS = 120_000;

export type Api = ReturnType<typeof makeApi>;

/**
 * Requests in the name of one organization; null before the session is known. All throw ApiError. `origin`: where
 * the server is when it is not where the page came from.
 */
export function makeApi(organization: string | null, origin = "") {
  const get = <Answer>(path: string) => request<Answer>({ organization, origin, path });
  const post = <Answer>(path: string, body: unknown, timeoutMs = TIMEOUT_MS) =>
    request<Answer>({ organization, origin, path, body, timeoutMs });
  return {
    session: () => get<Session>("session"),
    models: () => get<Models>("models"),
    checks: () => get<Checks>("checks"),
    /** `after`: waits until the rows hold what that position wrote. */
    tasks: (after?: number) => get<Tasks>(`tasks${query({ after })}`),
    projects: (after?: number) => get<Projects>(`projects${query({ after })}`),
    run: (runId: string, after?: number) => get<RunAnswer>(`runs/${runId}${query({ after })}`),
    file: (runId: string, path: string, at: number | null) =>
      get<FileAtCheckpoint>(`runs/${runId}/files${query({ path, at })}`),
    blob: (sha: string) =>
      request<string>({ organization, origin, path: `blobs/${sha}?as=text`, text: true }),
    blobUrl: (sha: string) => `/api/v1/blobs/${sha}`,
    link: (body: Input<typeof answers.linkProjectBodySchema>) =>
      post<LinkedProject>("projects", body, LINK_TIMEOUT_MS),
    startTask: (body: Input<typeof answers.startTaskBodySchema>) => post<StartedTask>("tasks", body),
    sendCommand: (command: Command, commandId: string = crypto.randomUUID()) =>
      post<CommandAnswer>("commands", { commandId, command }),
  };
}

type Request = {
  organization: string | null;
  origin: string;
  path: string;
  body?: unknown;
  timeoutMs?: number;
  text?: boolean;
};

async function request<Answer>({
  organization,
  origin,
  path,
  body,
  timeoutMs = TIMEOUT_MS,
  text,
}: Request): Promise<Answer> {
  const headers = {
    ...(organization !== null && { "x-organization": organization }),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
  const signal = AbortSignal.timeout(timeoutMs);
  const sent = { headers, signal, ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }) };
  const response = await fetch(`${origin}/api/v1/${path}`, sent).catch((cause: unknown) => {
    throw unreachable(cause);
  });
  if (!response.ok) throw await errorOf(response);
  const answer: unknown = text ? await response.text() : await response.json();
  return answer as Answer;
}

function unreachable(cause: unknown): ApiError {
  const slow = cause instanceof DOMException && cause.name === "TimeoutError";
  return slow ? new ApiError("timeout", "", 0) : new ApiError("network", "", 0);
}

async function errorOf(response: Response): Promise<ApiError> {
  const answer: unknown = await response.json().catch(() => null);
  const error = isErrorAnswer(answer) ? answer.error : { code: "unknown" as const, message: "" };
  return new ApiError(error.code, error.message, response.status);
}

function isErrorAnswer(value: unknown): value is { error: { code: ErrorCode; message: string } } {
  if (typeof value !== "object" || value === null || !("error" in value)) return false;
  const { error } = value;
  return typeof error === "object" && error !== null && "code" in error && "message" in error;
}

function query(parts: Readonly<Record<string, string | number | null | undefined>>): string {
  const known = Object.entries(parts).flatMap(([name, value]) =>
    value === null || value === undefined ? [] : [[name, String(value)]],
  );
  return known.length === 0 ? "" : `?${new URLSearchParams(known)}`;
}
