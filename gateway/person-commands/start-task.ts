import type * as z from "zod";
import { handleCommand } from "../../commands/handle-command.ts";
import type { startTaskAnswerSchema, startTaskBodySchema } from "../../core/api.ts";
import { BadInput } from "../../core/errors.ts";
import { isErased, parseEvent } from "../../core/event-catalog.ts";
import { modelRefSchema } from "../../core/run/events.ts";
import { streamName } from "../../core/stream-name.ts";
import { titleOf } from "../../core/task/title.ts";
import { listModels } from "../../sql/models-table.ts";
import type { GatewayDeps } from "../deps.ts";
import { firstEventOf } from "../log/visible.ts";
import { type Person, requirePermission } from "../plugins/person.ts";
import { derivedId } from "./derived-id.ts";

type Wish = z.infer<typeof startTaskBodySchema>;
type Started = z.infer<typeof startTaskAnswerSchema>;

/**
 * A task and its first run. The two commands have ids made from the given one: when only the first got through,
 * the same request sent again does the rest, and sent once more it changes nothing.
 */
export async function startTask(deps: GatewayDeps, person: Person, wish: Wish): Promise<Started> {
  const { taskId, runId, projectId, text, baseBranch, commandId } = wish;
  requirePermission(person, "CreateTask");
  await firstEventOf(deps.pool, person, streamName("project", projectId));
  const model = await requireModel(deps, wish.model);
  const shared = {
    orgId: person.orgId,
    actor: { kind: "person" as const, id: person.personId },
    correlationId: commandId,
  };
  const created = await handleCommand(deps.store, {
    ...shared,
    commandId: derivedId(commandId, "CreateTask"),
    command: { type: "CreateTask", data: { taskId, projectId, text } },
  });
  const run = { runId, taskId, projectId, prompt: text, title: titleOf(text), model, baseBranch };
  const { position } = await handleCommand(deps.store, {
    ...shared,
    commandId: derivedId(commandId, "RequestRun"),
    causationPosition: created.position,
    command: {
      type: "RequestRun",
      data: { ...run, thinkingLevel: "off", attempt: 1, budgetMicrodollars: null, forkedFrom: null },
    },
  });
  return { position, taskId, runId };
}

/** What no decider of a run can see: that its task is this organization's, and belongs to that project. */
export async function checkRunRequest(
  deps: GatewayDeps,
  person: Person,
  asked: { taskId: string; projectId: string; model: string },
): Promise<void> {
  const first = await firstEventOf(deps.pool, person, streamName("task", asked.taskId));
  const created = isErased(first) ? null : parseEvent(first);
  if (created?.type !== "TaskCreated")
    throw new BadInput("The text of this task was erased: create a new task.");
  if (created.data.projectId !== asked.projectId) {
    throw new BadInput("The task belongs to another project: name the project of the task.");
  }
  await requireModel(deps, asked.model);
}

/** Before a worker has written the catalogue nothing is known: then the run itself finds out. */
async function requireModel(deps: GatewayDeps, ref: string): Promise<string> {
  const parsed = modelRefSchema.safeParse(ref);
  if (!parsed.success) throw new BadInput('A model is named "provider/model", for example demo/rehearsal.');
  const { models } = await listModels(deps.pool);
  if (models.length === 0) return parsed.data;
  const model = models.find((candidate) => candidate.ref === ref);
  if (!model) throw new BadInput(`There is no model "${ref}" here: choose one of the list.`);
  if (!model.available)
    throw new BadInput(`The model "${ref}" has no key here: set its provider's key, or choose another.`);
  return parsed.data;
}
