import type { Answer, Check } from "../../core/asks.ts";
import { messageOf } from "../../core/errors.ts";
import { gitVersion } from "../git/host-git.ts";
import { checkModel } from "../models/check-model.ts";
import type { WorkerParts } from "../parts.ts";
import { checkSandbox } from "../sandbox/preflight.ts";
import { databaseCheck } from "./database-check.ts";

/** Tries each thing a run needs by using it, all at once. */
export async function machineChecks(parts: WorkerParts): Promise<Answer<"machine_checks">> {
  const started = Date.now();
  const checks = await Promise.all([
    attempt("database", "Database", () => databaseCheck(parts)),
    sandboxChecks(parts),
    attempt("git", "Git", gitCheck),
    attempt("model", "Model key", () => modelCheck(parts)),
    mailCheck(),
  ]);
  return { checks: checks.flat(), durationMs: Date.now() - started };
}

type Finding = Omit<Check, "id" | "title">;

/** A check that throws has failed, with what it threw. */
export async function attempt(id: Check["id"], title: string, check: () => Promise<Finding>): Promise<Check> {
  try {
    return { id, title, ...(await check()) };
  } catch (error) {
    return { id, title, state: "failed", detail: messageOf(error), advice: "Run `bun pihordev.ts doctor`." };
  }
}

export async function sandboxChecks(parts: Pick<WorkerParts, "sandbox" | "settings">): Promise<Check[]> {
  const result = await checkSandbox(parts.sandbox, parts.settings);
  if (!result.ok) {
    const { detail, advice } = result;
    return [{ id: "sandbox", title: "Sandbox", state: "failed", detail, advice }];
  }
  const name = parts.sandbox.provider === "local" ? "bubblewrap" : "OpenSandbox";
  const network: Check =
    result.network === "egress"
      ? {
          id: "network",
          title: "Network in the sandbox",
          state: "ok",
          detail: "pasta. Your own network is out of reach",
          advice: "",
        }
      : {
          id: "network",
          title: "Network in the sandbox",
          state: "optional",
          detail: "None. The agent works without it",
          advice: result.advice,
        };
  return [
    {
      id: "sandbox",
      title: "Sandbox",
      state: "ok",
      detail: `${name}. A box answered in ${result.durationMs} ms`,
      advice: "",
    },
    network,
  ];
}

export async function gitCheck(): Promise<Finding> {
  return { state: "ok", detail: await gitVersion(), advice: "" };
}

export async function modelCheck(parts: Pick<WorkerParts, "models">): Promise<Finding> {
  const ref = parts.models.defaultModel();
  if (parts.models.isScripted(ref)) {
    return { state: "optional", detail: "None yet. Rehearsal works without one", advice: "" };
  }
  const { ok, detail, advice } = await checkModel(parts.models, ref);
  return { state: ok ? "ok" : "failed", detail, advice };
}

async function mailCheck(): Promise<Check> {
  return {
    id: "mail",
    title: "Mail",
    state: "optional",
    detail: "Not set up. No feature needs it yet",
    advice: "",
  };
}
