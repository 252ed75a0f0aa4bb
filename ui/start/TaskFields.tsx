import { createUniqueId, Show } from "solid-js";
import IconModel from "~icons/lucide/bot";
import IconRepository from "~icons/lucide/folder-git-2";
import { ErrorNotice } from "../elements/Notice.tsx";
import { Select } from "../elements/Select.tsx";
import { useApp } from "../shell/app-context.tsx";
import { words } from "../words.ts";
import { modelChoices, modelHint, repositoryChoices, type TaskDraft } from "./task-draft.ts";

/** The three things a task needs: repository, text, model. */
export function TaskFields(props: { draft: TaskDraft }) {
  const app = useApp();
  const fieldId = createUniqueId();
  const draft = props.draft;
  return (
    <div class="flex flex-col gap-6 max-tablet:gap-5">
      <Select
        label={words.start.repository}
        choices={repositoryChoices(app)}
        value={draft.chosenRepository()}
        onChange={draft.setRepository}
        placeholder={words.start.noRepository}
        icon={<IconRepository />}
      />
      <div>
        <label for={fieldId} class="mb-1.5 block text-base font-medium">
          {words.start.task}
        </label>
        <textarea
          id={fieldId}
          rows={3}
          value={draft.text()}
          onInput={(event) => {
            draft.setText(event.currentTarget.value);
            draft.setProblem(null);
          }}
          placeholder={words.start.taskHint}
          aria-invalid={draft.problem() !== null}
          class="block field-sizing-content max-h-[40dvh] min-h-[66px] w-full resize-y rounded-control border border-line-strong bg-raised px-3 py-2.5 text-reading placeholder:text-text-3 max-tablet:text-[16px]"
        />
      </div>
      <Select
        label={words.start.model}
        choices={modelChoices(app)}
        value={draft.chosenModel()}
        onChange={draft.setModel}
        placeholder={words.start.noModel}
        icon={<IconModel />}
        hint={modelHint(app, draft.chosenModel())}
      />
      <Show when={draft.problem() ?? app.listError()}>
        {(problem) => <ErrorNotice>{problem()}</ErrorNotice>}
      </Show>
    </div>
  );
}
