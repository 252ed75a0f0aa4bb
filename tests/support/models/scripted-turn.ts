/** What the scripted model does with one request. */
export type ScriptedTurn = {
  text?: string;
  thinking?: string;
  toolCalls?: readonly { id?: string; name: string; args: Record<string, unknown> | string }[];
  usage?: { input?: number; output?: number; cached?: number };
  /** Why it stopped, in the OpenAI protocol's words; left out: tool_calls or stop. */
  finish?: string;
  /** An HTTP error instead of an answer. */
  status?: number;
  /** The body of the error, or a body that is no protocol at all with status 200. */
  body?: string;
  /** The connection is closed after so many chunks of the stream. */
  cutAfter?: number;
  /** After so many chunks nothing more comes, until the client goes. */
  hangAfter?: number;
};
