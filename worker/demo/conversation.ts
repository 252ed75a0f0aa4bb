import * as z from "zod";

const partSchema = z.looseObject({ text: z.string().optional() });
const contentSchema = z
  .union([
    z.string(),
    z.array(partSchema).transform((parts) => parts.map((part) => part.text ?? "").join("")),
    z.null(),
  ])
  .transform((content) => content ?? "");
const callSchema = z.looseObject({
  id: z.string(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});
const messageSchema = z.looseObject({
  role: z.string(),
  content: contentSchema.optional(),
  tool_calls: z.array(callSchema).optional(),
  tool_call_id: z.string().optional(),
});

/** Body of a chat completion request, as far as the rehearsal looks at it. */
export const requestSchema = z.looseObject({
  model: z.string().optional(),
  messages: z.array(messageSchema),
  tools: z.array(z.unknown()).optional(),
});
export type ChatRequest = z.infer<typeof requestSchema>;

export type Conversation = {
  /** What the person asked for. */
  task: string;
  /** Text of the message that came in since the last turn, when it is not the task itself. */
  remark: string | null;
  /** How often a step was tried. */
  tries(step: string): number;
  /** What a step's tool answered; null while it was not tried, or was interrupted before it answered. */
  answer(step: string): string | null;
};

const ID_PREFIX = "rehearsal";
/** What a tool or a resume says in place of a result when the call was ended from outside: the step counts as undone. */
const CUT_SHORT = /^\[interrupted|^The run was stopped before this call ended|\[the run was stopped\]/;

/** The id of a call names its step, so that the answer is found again in any later request. */
export function callId(step: string, attempt: number): string {
  return `${ID_PREFIX}-${step}-${attempt}`;
}

export function readConversation(request: ChatRequest): Conversation {
  const { messages } = request;
  const people = messages.filter((message) => message.role === "user");
  const task = people[0]?.content ?? "";
  const last = messages.at(-1);
  const remark = last?.role === "user" && people.length > 1 ? (last.content ?? "") : null;
  const calls = messages.flatMap((message) => message.tool_calls ?? []).map((call) => call.id);
  const answers = new Map(messages.map((message) => [message.tool_call_id, message.content ?? ""]));
  const tries = (step: string) => calls.filter((id) => isCallOf(id, step)).length;
  return {
    task,
    remark,
    tries,
    answer(step) {
      const answered = calls.filter((id) => isCallOf(id, step)).map((id) => answers.get(id));
      return answered.filter((answer) => answer !== undefined && !CUT_SHORT.test(answer)).at(-1) ?? null;
    },
  };
}

/** A session makes repeated ids different by a number at their end. */
function isCallOf(id: string, step: string): boolean {
  return new RegExp(`^${ID_PREFIX}-${step}-\\d+(-\\d+)?$`).test(id);
}
