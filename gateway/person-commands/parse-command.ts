import * as z from "zod";
import { BadInput, Forbidden } from "../../core/errors.ts";
import type { Permission } from "../../core/permissions.ts";
import { runCommands } from "../../core/run/commands.ts";
import { taskCommands } from "../../core/task/commands.ts";

function command<Type extends string, Data extends z.ZodType>(type: Type, data: Data) {
  return z.strictObject({ type: z.literal(type), data });
}

/** Commands that a person may give. Linking a project has a route of its own, which reaches the repository first. */
const personCommandSchema = z.discriminatedUnion("type", [
  command("CreateTask", taskCommands.CreateTask),
  command("RenameTask", taskCommands.RenameTask),
  command("AcceptTask", taskCommands.AcceptTask),
  command("CancelTask", taskCommands.CancelTask),
  command("RequestRun", runCommands.RequestRun),
  command("SteerRun", runCommands.SteerRun),
  command("AnswerAttention", runCommands.AnswerAttention),
  // A run is paused for a budget or a provider by the one who keeps the account or sees the failure.
  command("PauseRun", runCommands.PauseRun.extend({ reason: z.literal("person") })),
  command("ResumeRun", runCommands.ResumeRun.extend({ reason: z.literal("person") })),
  command("AbortRun", runCommands.AbortRun),
]);
export type PersonCommand = z.infer<typeof personCommandSchema>;

/** Each is a row of the permissions table too: the type of a command names its permission. */
export const PERSON_COMMANDS: readonly (PersonCommand["type"] & Permission)[] =
  personCommandSchema.options.map((option) => option.shape.type.value);

/** Throws Forbidden for a type that is not a person's to give, BadInput for data of the wrong shape. */
export function parsePersonCommand(given: { type: string; data: unknown }): PersonCommand {
  if (!PERSON_COMMANDS.some((type) => type === given.type)) {
    throw new Forbidden(`"${given.type.slice(0, 60)}" is no command that a person can give here.`);
  }
  const parsed = personCommandSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new BadInput(
    `The command ${given.type} is wrong (${problems.join("; ").slice(0, 1_000)}): correct it and send again.`,
  );
}
