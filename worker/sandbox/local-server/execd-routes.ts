import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import { ApiError, invalid, notImplemented, readJson, sendJson, sendNothing } from "./answers.ts";
import type { Entry } from "./box/boxes.ts";
import type { Channel } from "./box/channel.ts";
import { type Command, type Commands, makeCommands, type NewCommand } from "./commands.ts";
import { LIMITS } from "./config.ts";
import { type EventStream, makeEventStream, type StreamEvent } from "./event-stream.ts";
import type { Exchange } from "./exchange.ts";
import { fileRoute } from "./file-routes.ts";

const PING_MS = 3_000;
const PONG_TIMEOUT_MS = 15_000;

const environment = z.record(
  z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/),
  z.string().refine((text) => !text.includes("\0")),
);
const commandSchema = z.object({
  command: z
    .string()
    .min(1)
    .refine((text) => !text.includes("\0"), "The command holds a NUL."),
  cwd: z.string().startsWith("/").optional(),
  background: z.boolean().default(false),
  timeout: z.number().int().min(0).max(86_400_000).optional(),
  uid: z.number().int().optional(),
  gid: z.number().int().optional(),
  envs: environment.default({}),
});

/** Commands by box: they end with it. */
const commandsOf = new WeakMap<Channel, Commands>();

export async function execdRoute(exchange: Exchange): Promise<void> {
  const { entry, path, request, response } = exchange;
  if (entry.state !== "Running") throw new ApiError(503, "SANDBOX_LOST", entry.reason);
  const route = `${request.method} ${path}`;
  if (route === "GET /ping") {
    await askAlive(entry.box.channel);
    return sendNothing(response, 200);
  }
  if (route === "POST /command") return postCommand(exchange);
  if (route === "DELETE /command") return interrupt(exchange);
  const status = path.match(/^\/command\/status\/([\w-]+)$/)?.[1];
  if (request.method === "GET" && status) return sendJson(response, 200, statusOf(known(entry, status)));
  const logs = path.match(/^\/command\/([\w-]+)\/logs$/)?.[1];
  if (request.method === "GET" && logs) return sendLogs(exchange, known(entry, logs));
  if (/^\/(session|code|pty|v1)(\/|$)/.test(path)) throw notImplemented("sessions and code contexts");
  return fileRoute(exchange);
}

function commandsIn(entry: Entry): Commands {
  const present = commandsOf.get(entry.box.channel);
  if (present) return present;
  const made = makeCommands(entry.box.channel);
  commandsOf.set(entry.box.channel, made);
  return made;
}

function known(entry: Entry, id: string): Command {
  const command = commandsIn(entry).get(id);
  if (!command) throw new ApiError(404, "COMMAND_NOT_FOUND", `There is no command ${id} in this box.`);
  return command;
}

async function postCommand(exchange: Exchange): Promise<void> {
  const body = await readJson(exchange.request, commandSchema, LIMITS.jsonBytes);
  if (Buffer.byteLength(body.command) > LIMITS.commandBytes) {
    throw new ApiError(
      413,
      "COMMAND_TOO_LONG",
      `A command has at most ${LIMITS.commandBytes} bytes: write it to a file and run that.`,
    );
  }
  if ((body.uid ?? 0) !== 0 || (body.gid ?? 0) !== 0)
    throw invalid("A box of the local server has one user: leave uid and gid out.");
  return body.background ? runInBackground(exchange, body) : runInForeground(exchange, body);
}

async function runInForeground({ entry, response }: Exchange, body: NewCommand): Promise<void> {
  const commands = commandsIn(entry);
  const { channel } = entry.box;
  let stream: EventStream | null = null;
  let id = "";
  const sink = (event: StreamEvent): Promise<void> => {
    if (event.type === "init") id = event.text;
    stream ??= makeEventStream(response);
    return stream.send(event);
  };
  const beat = setInterval(
    () =>
      void askAlive(channel)
        .then(() => stream?.send({ type: "ping" }))
        .catch(() => entry.box.end("The box does not answer any more.")),
    PING_MS,
  );
  response.once("close", () => commands.detach(id));
  try {
    await commands.run(body, sink);
  } finally {
    clearInterval(beat);
  }
  response.end();
}

async function runInBackground({ entry, response }: Exchange, body: NewCommand): Promise<void> {
  const commands = commandsIn(entry);
  const started = Promise.withResolvers<string>();
  const sink = async (event: StreamEvent): Promise<void> => {
    if (event.type === "init") return started.resolve(event.text);
    const command = commands.get(await started.promise);
    if (command && (event.type === "stdout" || event.type === "stderr")) appendLog(command, event.text);
  };
  commands.run(body, sink).catch((thrown: unknown) => started.reject(thrown));
  const id = await started.promise;
  const stream = makeEventStream(response);
  await stream.send({ type: "init", text: id });
  await stream.send({ type: "execution_complete", execution_time: 0 });
  stream.end();
}

function appendLog({ log }: Command, text: string): void {
  const lines = (text === "\n" ? "" : text).split("\n");
  log.lines.push(...lines);
  log.bytes += text.length + 1;
  while (log.bytes > LIMITS.backgroundLogBytes && log.lines.length > 1) {
    log.bytes -= (log.lines.shift()?.length ?? 0) + 1;
    log.dropped += 1;
  }
}

function interrupt({ entry, query, response }: Exchange): void {
  const id = query.get("id") ?? "";
  if (!commandsIn(entry).stop(id))
    throw new ApiError(404, "COMMAND_NOT_FOUND", `There is no command ${id} in this box.`);
  sendNothing(response, 200);
}

function statusOf(command: Command): Record<string, unknown> {
  return {
    id: command.id,
    content: command.content,
    running: command.finishedAt === null,
    ...(command.exitCode === null ? {} : { exit_code: command.exitCode }),
    ...(command.error ? { error: command.error } : {}),
    started_at: command.startedAt.toISOString(),
    ...(command.finishedAt ? { finished_at: command.finishedAt.toISOString() } : {}),
  };
}

/** The cursor counts lines from the command's first, also those that are no longer kept. */
function sendLogs({ query, response }: Exchange, { log }: Command): void {
  const cursor = Number(query.get("cursor") ?? 0);
  if (!Number.isSafeInteger(cursor) || cursor < 0) throw invalid("cursor must be a whole number from 0.");
  const lines = log.lines.slice(Math.max(0, cursor - log.dropped));
  response.setHeader("EXECD-COMMANDS-TAIL-CURSOR", String(log.dropped + log.lines.length));
  response.writeHead(200, { "content-type": "text/plain; charset=utf-8" });
  response.end(lines.map((line) => `${line}\n`).join(""));
}

/** Rejects when the supervisor is gone, stopped or too busy to say so in time. */
async function askAlive(channel: Channel): Promise<void> {
  const answered = new Promise<void>((resolve, reject) => {
    const conversation = channel.open(
      { t: "ping" },
      {
        reply() {
          conversation.close();
          resolve();
        },
        broken: (reason) => reject(new ApiError(503, "SANDBOX_LOST", reason)),
      },
    );
  });
  const late = wait(PONG_TIMEOUT_MS, undefined, { ref: false }).then(() => {
    throw new ApiError(503, "SANDBOX_LOST", "The box does not answer.");
  });
  await Promise.race([answered, late]);
}
