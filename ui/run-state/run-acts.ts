import { useNavigate } from "@solidjs/router";
import { createSignal } from "solid-js";
import { useApp } from "../shell/app-context.tsx";
import { sentenceOf } from "../shell/create-app.ts";
import { useRun } from "./run-context.tsx";

/** What a person can do with a run besides steering it; a refusal is a sentence in `problem`. */
export function createRunActs() {
  const app = useApp();
  const run = useRun();
  const navigate = useNavigate();
  const [problem, setProblem] = createSignal<string | null>(null);
  const [busy, setBusy] = createSignal(false);
  const newRunId = crypto.randomUUID();

  async function act(work: () => Promise<void>) {
    if (busy()) return;
    setBusy(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  }

  const stop = () =>
    act(async () => {
      await app.api.sendCommand({ type: "AbortRun", data: { runId: run.runId, reason: "" } });
    });

  const accept = () =>
    act(async () => {
      const task = run.task();
      if (!task) return;
      const data = { taskId: task.taskId, runId: run.runId };
      const { position } = await app.api.sendCommand({ type: "AcceptTask", data });
      await app.refresh(position);
    });

  const again = () =>
    act(async () => {
      const request = run.store.facts().request;
      const task = run.task();
      if (!request || !task) return;
      const { taskId, projectId, prompt, model, thinkingLevel, baseBranch } = request;
      const attempt = Math.max(0, ...task.runs.map((other) => other.attempt)) + 1;
      const data = {
        runId: newRunId,
        taskId,
        projectId,
        prompt,
        model,
        thinkingLevel,
        baseBranch,
        title: task.title,
        attempt,
      };
      const { position } = await app.api.sendCommand({ type: "RequestRun", data }, newRunId);
      void app.refresh(position);
      navigate(app.href(`/runs/${newRunId}`));
    });

  return { problem, busy, stop, accept, again };
}
