/** One thing to do: its name, found again in the ids of its calls, and the tool with its arguments. */
export type Step = { step: string; tool: string; args: Readonly<Record<string, unknown>> };
/** What a script wants next: to say something and do steps, or, without steps, to end. */
export type Scene = { text: string; steps: readonly Step[] };

export type ToolCall = { id: string; name: string; args: Readonly<Record<string, unknown>> };
/** What the model writes as its next message. */
export type Turn = { text: string; calls: readonly ToolCall[] };
