import type { Answer, AskKind, Question } from "../../core/asks.ts";
import type { WorkerParts } from "../parts.ts";
import { fileAtCheckpoint } from "./file-at-checkpoint.ts";
import { machineChecks } from "./machine-checks.ts";
import { probe } from "./probe-repository.ts";

export type Answerers = {
  [Kind in AskKind]: (orgId: string, question: Question<Kind>) => Promise<Answer<Kind>>;
};

/** What a worker answers for the page: one function a kind of ask. */
export function answerers(parts: WorkerParts): Answerers {
  return {
    machine_checks: () => machineChecks(parts),
    probe_repository: (orgId, question) => probe(parts, orgId, question),
    file_at_checkpoint: (orgId, question) => fileAtCheckpoint(parts, orgId, question),
  };
}
