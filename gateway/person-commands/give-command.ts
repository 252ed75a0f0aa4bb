import { handleCommand } from "../../commands/handle-command.ts";
import { streamName } from "../../core/stream-name.ts";
import type { AppendResult } from "../../sql/log-types.ts";
import type { GatewayDeps } from "../deps.ts";
import { firstEventOf } from "../log/visible.ts";
import { type Person, requirePermission } from "../plugins/person.ts";
import { type PersonCommand, parsePersonCommand } from "./parse-command.ts";
import { checkRunRequest } from "./start-task.ts";

/**
 * A person's command, by POST or by socket. Throws Forbidden, BadInput, NotFound (also for what is another
 * organization's) and what the decider refuses; a repeated id gives the first answer.
 */
export async function giveCommand(
  deps: GatewayDeps,
  person: Person,
  given: { commandId: string; command: { type: string; data: unknown } },
): Promise<AppendResult> {
  const command = parsePersonCommand(given.command);
  requirePermission(person, command.type);
  if (command.type === "RequestRun") await checkRunRequest(deps, person, command.data);
  else await firstEventOf(deps.pool, person, subjectOf(command));
  return handleCommand(deps.store, {
    orgId: person.orgId,
    command,
    actor: { kind: "person", id: person.personId },
    commandId: given.commandId,
  });
}

/** The stream that must exist before the command makes sense. */
function subjectOf(command: Exclude<PersonCommand, { type: "RequestRun" }>): string {
  if (command.type === "CreateTask") return streamName("project", command.data.projectId);
  if ("taskId" in command.data) return streamName("task", command.data.taskId);
  return streamName("run", command.data.runId);
}
