/**
 * Process 2 of a box: does every command and every file operation of it, inside. Its stdin and stdout are the
 * only way in. When stdin ends, the server is gone and the box ends with it.
 */
import { makeCommands } from "./commands.ts";
import { answerFileAsk } from "./file-asks.ts";
import { failureOf } from "./file-errors.ts";
import { encodeFrame, MAX_FRAME_BYTES, makeFrameReader, type Reply, type Request } from "./protocol.ts";
import { makeReadings } from "./readings.ts";
import { makeWritings } from "./writings.ts";

type Send = (reply: Reply, bytes?: Uint8Array) => void;

const send: Send = (reply, bytes) => {
  process.stdout.write(encodeFrame(reply, bytes));
};
// Bun.file: a stream over a pipe that waits by polling, not in a thread.
const maxProcesses = Number(process.argv[2]);
const commands = makeCommands({ send, openStream: (fd) => Bun.file(fd).stream(), maxProcesses });
const readings = makeReadings(send);
const writings = makeWritings(send);

async function handle(request: Request, bytes: Uint8Array): Promise<void> {
  switch (request.t) {
    case "ping":
      return send({ t: "answer", id: request.id, value: null });
    case "run":
      return void commands.run(request);
    case "stop":
      return commands.stop(request.id);
    case "ack":
      commands.ack(request.id, request.bytes);
      return readings.ack(request.id, request.bytes);
    case "detach":
      commands.detach(request.id);
      return readings.detach(request.id);
    case "ask":
      return void answer(request.id, () => answerFileAsk(request.ask));
    case "read":
      return void readings.read(request);
    case "write":
      return writings.open(request);
    case "chunk":
      return writings.chunk(request.id, bytes);
    case "commit":
      return writings.commit(request.id);
    case "discard":
      return writings.discard(request.id);
    default:
      request satisfies never;
  }
}

async function answer(id: number, work: () => Promise<unknown>): Promise<void> {
  try {
    send({ t: "answer", id, value: (await work()) ?? null });
  } catch (thrown) {
    send({ t: "failed", id, ...failureOf(thrown) });
  }
}

const reader = makeFrameReader(MAX_FRAME_BYTES);
process.on("uncaughtException", (error) => process.stderr.write(`supervisor: ${error.message}\n`));
process.on("unhandledRejection", (error) => process.stderr.write(`supervisor: ${String(error)}\n`));
process.stdout.on("error", () => process.exit(0));
send({ t: "hello" });
for await (const chunk of process.stdin) {
  for (const frame of reader.push(chunk)) {
    const request: Request = JSON.parse(frame.header);
    await handle(request, frame.bytes);
  }
}
process.exit(0);
