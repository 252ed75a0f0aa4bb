import { Navigate, useParams } from "@solidjs/router";
import { createMemo, Show } from "solid-js";
import { useApp } from "../shell/app-context.tsx";
import { NotFoundPage } from "./NotFoundPage.tsx";

/** A task's address leads to its newest run. */
export default function TaskPage() {
  const app = useApp();
  const params = useParams<{ taskId: string }>();
  const task = createMemo(() => app.tasks()?.find(({ taskId }) => taskId === params.taskId));
  return (
    <Show when={app.tasks()}>
      <Show when={task()?.runs[0]} fallback={<NotFoundPage />}>
        {(run) => <Navigate href={app.href(`/runs/${run().runId}`)} />}
      </Show>
    </Show>
  );
}
