import * as z from "zod";
import { asks } from "./asks.ts";
import { recordedEventSchema } from "./protocol.ts";
import { usageTotalsSchema } from "./run/events.ts";

/** Answers of `GET /api/v1/…` and bodies of its POSTs: the gateway checks them, the page takes their types. */
const isoTime = z.string();

export const sessionSchema = z.strictObject({
  person: z.strictObject({ id: z.uuid(), name: z.string() }),
  organization: z.strictObject({ id: z.uuid(), slug: z.string(), name: z.string() }),
  role: z.enum(["owner", "admin", "member"]),
});

export const modelSchema = z.strictObject({
  /** `provider/model id`. */
  ref: z.string(),
  name: z.string(),
  provider: z.string(),
  /** Scripted models are named as such wherever they show. */
  scripted: z.boolean(),
  available: z.boolean(),
  reasoning: z.boolean(),
  contextWindow: z.number().int().positive(),
  /** Dollars per million tokens; null: no price known. */
  price: z
    .strictObject({ input: z.number(), output: z.number(), cacheRead: z.number(), cacheWrite: z.number() })
    .nullable(),
});
export type Model = z.infer<typeof modelSchema>;

export const modelsAnswerSchema = z.strictObject({ defaultModel: z.string(), models: z.array(modelSchema) });

export const projectSchema = z.strictObject({
  projectId: z.uuid(),
  name: z.string(),
  url: z.string(),
  kind: z.enum(["path", "https", "http", "ssh", "sample"]),
  defaultBranch: z.string().nullable(),
  linkedAt: isoTime,
});
export type Project = z.infer<typeof projectSchema>;

export const runSummarySchema = z.strictObject({
  runId: z.uuid(),
  taskId: z.uuid(),
  projectId: z.uuid(),
  attempt: z.number().int().positive(),
  status: z.enum(["queued", "starting", "running", "attention", "paused", "completed", "error", "aborted"]),
  model: z.string(),
  branch: z.string(),
  baseBranch: z.string().nullable(),
  commit: z.string().nullable(),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  usage: usageTotalsSchema,
  requestedAt: isoTime,
  startedAt: isoTime.nullable(),
  endedAt: isoTime.nullable(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const taskSchema = z.strictObject({
  taskId: z.uuid(),
  /** Rank among the organization's tasks: the `#12` people say. */
  number: z.number().int().positive(),
  projectId: z.uuid(),
  projectName: z.string(),
  title: z.string(),
  text: z.string(),
  status: z.enum(["open", "in_review", "done", "cancelled"]),
  createdAt: isoTime,
  createdBy: z.string(),
  /** Newest first. */
  runs: z.array(runSummarySchema),
});
export type Task = z.infer<typeof taskSchema>;

/** Every read names the position its rows are true for. */
export const tasksAnswerSchema = z.strictObject({ position: z.number().int(), tasks: z.array(taskSchema) });
export const projectsAnswerSchema = z.strictObject({
  position: z.number().int(),
  projects: z.array(projectSchema),
});
export const taskAnswerSchema = z.strictObject({ position: z.number().int(), task: taskSchema });
export const projectAnswerSchema = z.strictObject({ position: z.number().int(), project: projectSchema });
export const runAnswerSchema = z.strictObject({
  position: z.number().int(),
  run: runSummarySchema,
  task: taskSchema,
  project: projectSchema,
});

/** Events of a run and its transcript; every position from `from` to `to` is covered. `to < from`: nothing new. */
export const runEventsAnswerSchema = z.strictObject({
  from: z.number().int().positive(),
  to: z.number().int().nonnegative(),
  events: z.array(recordedEventSchema),
});

/** A URL may carry credentials: they are sealed in the vault and taken out of it before anything is recorded. */
export const linkProjectBodySchema = z.strictObject({
  projectId: z.uuid(),
  commandId: z.uuid(),
  url: z.string().min(1).max(2_000),
  name: z.string().min(1).max(120).optional(),
  defaultBranch: z.string().min(1).max(250).nullable().default(null),
});
export const linkProjectAnswerSchema = z.strictObject({
  position: z.number().int(),
  projectId: z.uuid(),
  probe: asks.probe_repository.answer,
});

/** `POST /api/v1/commands`: `command.type` is one of core's command types a person may give. */
export const commandBodySchema = z.strictObject({
  commandId: z.uuid(),
  command: z.strictObject({ type: z.string().max(60), data: z.unknown() }),
});
export const commandAnswerSchema = z.strictObject({
  position: z.number().int().nonnegative(),
  version: z.number().int().nonnegative(),
});

/** One task and its first run in one request: what the start page and the new-task dialog send. */
export const startTaskBodySchema = z.strictObject({
  commandId: z.uuid(),
  taskId: z.uuid(),
  runId: z.uuid(),
  projectId: z.uuid(),
  text: z.string(),
  model: z.string().max(200),
  baseBranch: z.string().min(1).max(250).nullable().default(null),
});
export const startTaskAnswerSchema = z.strictObject({
  position: z.number().int(),
  taskId: z.uuid(),
  runId: z.uuid(),
});

export const errorAnswerSchema = z.strictObject({
  error: z.strictObject({ code: z.string(), message: z.string() }),
});
