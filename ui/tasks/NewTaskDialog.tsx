import { useNavigate } from "@solidjs/router";
import { createSignal } from "solid-js";
import { Button } from "../elements/Button.tsx";
import { Dialog } from "../elements/Dialog.tsx";
import { Kbd } from "../elements/Kbd.tsx";
import { useApp } from "../shell/app-context.tsx";
import { keyName, withCommand } from "../shell/keys.ts";
import { LinkRepositoryDialog } from "../start/LinkRepositoryDialog.tsx";
import { TaskFields } from "../start/TaskFields.tsx";
import { createTaskDraft } from "../start/task-draft.ts";
import { words } from "../words.ts";

/** A task from anywhere; the run's page opens as soon as the server has it. */
export default function NewTaskDialog(props: { projectId: string | undefined; onClose(): void }) {
  const app = useApp();
  const navigate = useNavigate();
  const [linking, setLinking] = createSignal(false);
  const draft = createTaskDraft(app, { projectId: props.projectId });
  const start = async () => {
    const started = await draft.start();
    if (!started) return;
    props.onClose();
    navigate(app.href(`/runs/${started.runId}`));
  };
  return (
    <>
      <Dialog open={!linking()} onClose={props.onClose} heading={words.tasks.newTaskHeading} width="560px">
        <form
          class="mt-4"
          onSubmit={(event) => {
            event.preventDefault();
            void start();
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && withCommand(event)) void start();
          }}
        >
          <TaskFields draft={draft} />
          <div class="mt-5 flex flex-wrap items-center justify-end gap-2">
            <button
              type="button"
              class="mr-auto min-h-6 font-medium text-accent hover:underline max-tablet:min-h-11"
              onClick={() => setLinking(true)}
            >
              {words.start.link}
            </button>
            <Button onClick={props.onClose}>{words.shell.cancel}</Button>
            <Button type="submit" look="primary" aria-disabled={draft.blocked()}>
              {draft.sending() ? words.start.submitting : words.start.submit}
              <Kbd class="border-current! text-current! opacity-75">{keyName("⌘⏎")}</Kbd>
            </Button>
          </div>
        </form>
      </Dialog>
      <LinkRepositoryDialog
        open={linking()}
        onClose={() => setLinking(false)}
        onLinked={(projectId) => {
          draft.setRepository(projectId);
          setLinking(false);
        }}
      />
    </>
  );
}
