import type { ModelScript, ScriptedTurn } from "../model-server.ts";

/** A model that runs these commands one a turn, then says `closing`. Its turn follows from the messages alone. */
export function commandsScript(commands: readonly string[], closing = "Done."): ModelScript {
  return ({ messages }) => {
    const command = commands[toolResults(messages)];
    return command === undefined ? { text: closing } : bash(command);
  };
}

/** The model's turns in order, by how many tool results it has seen; after the last one it says "Done.". */
export function turnsScript(turns: readonly ScriptedTurn[]): ModelScript {
  return ({ messages }) => turns[toolResults(messages)] ?? { text: "Done." };
}

export function bash(command: string): ScriptedTurn {
  return { text: "Next.", toolCalls: [{ name: "bash", args: { command } }] };
}

function toolResults(messages: readonly { role: string }[]): number {
  return messages.filter(({ role }) => role === "tool").length;
}
