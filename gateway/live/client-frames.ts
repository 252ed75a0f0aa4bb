import { BadInput } from "../../core/errors.ts";
import { type ClientFrame, clientFrameSchema } from "../../core/protocol.ts";
import { refuseBrokenText } from "../plugins/bodies.ts";

type CommandFrame = Extract<ClientFrame, { commandId: string }>;

/** Throws BadInput for anything that is not one of the protocol's frames. */
export function parseClientFrame(data: unknown, isBinary: boolean): ClientFrame {
  if (isBinary) throw new BadInput("This socket takes JSON text, not binary frames.");
  const parsed = clientFrameSchema.safeParse(jsonOf(String(data)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue ? ` (${issue.path.join(".")}: ${issue.message})` : "";
    throw new BadInput(`This is no frame of the protocol${where}: update the client.`);
  }
  refuseBrokenText(parsed.data);
  return parsed.data;
}

/** The command that a frame stands for: the same ones go by POST. */
export function commandOf(frame: CommandFrame): { type: string; data: unknown } {
  const { runId } = frame;
  if (frame.type === "abort") return { type: "AbortRun", data: { runId, reason: frame.reason } };
  return { type: "SteerRun", data: { runId, messageId: frame.commandId, text: frame.text } };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BadInput("This is not JSON: send one JSON object a frame.");
  }
}
