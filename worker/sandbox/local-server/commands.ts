import { randomUUID } from "node:crypto";
import { ApiError } from "./answers.ts";
import type { Channel, CheckedReply, Conversation } from "./box/channel.ts";
import { LIMITS } from "./config.ts";
import { makeLines, type StreamEvent } from "./event-stream.ts";

/** A command of a box, remembered after its end so that its state can be asked for. */
export type Command = {
  readonly id: string;
  readonly content: string;
  readonly startedAt: Date;
  finishedAt: Date | null;
  exitCode: number | null;
  error: string;
  /** Last lines, kept for a command in the background. */
  log: { lines: string[]; dropped: number; bytes: number };
};
export type NewCommand = {
  command: string;
  cwd?: string | undefined;
  background: boolean;
  timeout?: number | undefined;
  envs: Record<string, string>;
};
/** Where output goes; resolves when it has room for more. */
export type Sink = (event: StreamEvent) => Promise<void>;

/** Of a command's text: enough to know it by. */
const REMEMBERED_CHARS = 4_096;

/** The commands of one box. */
export function makeCommands(channel: Channel) {
  const commands = new Map<string, Command>();
  const running = new Map<string, Conversation>();
  let active = 0;

  /** Resolves at the command's end. The sink gets `init`, the output, and one last event. */
  async function run(request: NewCommand, sink: Sink): Promise<void> {
    if (active >= LIMITS.commandsAtATime) {
      throw new ApiError(
        429,
        "TOO_MANY_COMMANDS",
        `A box runs at most ${LIMITS.commandsAtATime} commands at a time.`,
      );
    }
    active += 1;
    try {
      await follow(remember(commands, request.command), request, sink);
    } finally {
      active -= 1;
    }
  }

  async function follow(command: Command, request: NewCommand, sink: Sink): Promise<void> {
    await sink({ type: "init", text: command.id });
    const { conversation, ended } = start(channel, { command, request, sink });
    running.set(command.id, conversation);
    const last = await ended;
    running.delete(command.id);
    conversation.close();
    await sink(last);
  }

  return {
    run,
    get: (id: string): Command | null => commands.get(id) ?? null,
    /** False: no such command. One that has ended is left alone. */
    stop(id: string): boolean {
      void running.get(id)?.send({ t: "stop" });
      return commands.has(id);
    },
    detach: (id: string): void => void running.get(id)?.send({ t: "detach" }),
  };
}
export type Commands = ReturnType<typeof makeCommands>;

type Starting = { command: Command; request: NewCommand; sink: Sink };

function start(channel: Channel, { command, request, sink }: Starting) {
  const ended = Promise.withResolvers<StreamEvent>();
  const output = makeOutput(sink, (bytes) => conversation.send({ t: "ack", bytes }));
  const { cwd = "/workspace", envs: env, timeout: timeoutMs = 0 } = request;
  const conversation = channel.open(
    { t: "run", command: request.command, cwd, env, timeoutMs },
    {
      reply(reply, bytes) {
        if (reply.t === "out") output.push(reply.stream, bytes);
        const last = finish(command, reply);
        if (last) void output.end(reply.t === "exit" ? reply.note : null).then(() => ended.resolve(last));
      },
      broken: (reason) => ended.resolve(lost(command, reason)),
    },
  );
  return { conversation, ended: ended.promise };
}

function remember(commands: Map<string, Command>, content: string): Command {
  const command: Command = {
    id: randomUUID(),
    content: content.slice(0, REMEMBERED_CHARS),
    startedAt: new Date(),
    finishedAt: null,
    exitCode: null,
    error: "",
    log: { lines: [], dropped: 0, bytes: 0 },
  };
  commands.set(command.id, command);
  for (const old of commands.values()) {
    if (commands.size <= LIMITS.commandsRemembered) break;
    if (old.finishedAt) commands.delete(old.id);
  }
  return command;
}

/** Keeps order, and tells the box that a piece was taken only when the client took it. */
function makeOutput(sink: Sink, acknowledge: (bytes: number) => Promise<void>) {
  let last = Promise.resolve();
  const after = (work: () => Promise<unknown>): Promise<void> => {
    last = last.then(work).then(() => undefined);
    return last;
  };
  const out = makeLines((text) => void after(() => sink({ type: "stdout", text })));
  const err = makeLines((text) => void after(() => sink({ type: "stderr", text })));
  return {
    push(stream: number, bytes: Uint8Array): void {
      (stream === 1 ? out : err).push(bytes);
      void after(() => acknowledge(bytes.length));
    },
    end(note: string | null): Promise<void> {
      out.end();
      err.end();
      return after(() => (note ? sink({ type: "stderr", text: note }) : Promise.resolve()));
    },
  };
}

function finish(command: Command, reply: CheckedReply): StreamEvent | null {
  if (reply.t !== "exit" && reply.t !== "failed") return null;
  command.finishedAt = new Date();
  if (reply.t === "failed") {
    command.error = reply.message;
    return failure("CommandNotStarted", "127", reply.message);
  }
  command.exitCode = reply.code ?? -1;
  if (reply.code === 0) {
    return {
      type: "execution_complete",
      execution_time: command.finishedAt.getTime() - command.startedAt.getTime(),
    };
  }
  command.error = reply.signal ? `killed by ${reply.signal}` : `exit code ${reply.code}`;
  return failure("CommandExecError", String(command.exitCode), command.error);
}

function lost(command: Command, reason: string): StreamEvent {
  command.finishedAt = new Date();
  command.error = reason;
  return failure("SandboxLost", "lost", reason);
}

function failure(ename: string, evalue: string, text: string): StreamEvent {
  return { type: "error", error: { ename, evalue, traceback: [text] } };
}
