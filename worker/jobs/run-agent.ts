import * as z from "zod";
import type { WorkerParts } from "../parts.ts";
import { driveRun } from "../runs/drive-run.ts";

const payloadSchema = z.strictObject({ orgId: z.uuid(), runId: z.uuid() });

/** One attempt: what goes wrong is recorded in the run, and a worker that dies loses its lease. */
export function runAgentTask(parts: WorkerParts, shutdown: AbortSignal) {
  return (payload: unknown) => driveRun(parts, payloadSchema.parse(payload), shutdown);
}
