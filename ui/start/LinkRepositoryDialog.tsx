import { createSignal, createUniqueId, Show } from "solid-js";
import { Button } from "../elements/Button.tsx";
import { Dialog } from "../elements/Dialog.tsx";
import { ErrorNotice } from "../elements/Notice.tsx";
import { useApp } from "../shell/app-context.tsx";
import { sentenceOf } from "../shell/create-app.ts";
import { words } from "../words.ts";

const FIELD =
  "block min-h-10 w-full rounded-control border border-line-strong bg-raised px-3 text-reading placeholder:text-text-3 max-tablet:min-h-12 max-tablet:text-[16px]";

/** Links a path or a git URL; the server reaches it once and says what is wrong with it. */
export function LinkRepositoryDialog(props: {
  open: boolean;
  onClose(): void;
  onLinked(projectId: string): void;
}) {
  const app = useApp();
  const [url, setUrl] = createSignal("");
  const [branch, setBranch] = createSignal("");
  const [problem, setProblem] = createSignal<string | null>(null);
  const [sending, setSending] = createSignal(false);
  const [urlId, hintId, branchId] = [createUniqueId(), createUniqueId(), createUniqueId()];

  const submit = async (event: Event) => {
    event.preventDefault();
    if (sending()) return;
    if (url().trim() === "") {
      setProblem(words.link.empty);
      return;
    }
    setSending(true);
    setProblem(null);
    try {
      const ids = { projectId: crypto.randomUUID(), commandId: crypto.randomUUID() };
      const linked = await app.api.link({
        ...ids,
        url: url().trim(),
        defaultBranch: branch().trim() || null,
      });
      await app.refresh(linked.position);
      setUrl("");
      setBranch("");
      props.onLinked(linked.projectId);
    } catch (error) {
      setProblem(sentenceOf(error));
    } finally {
      setSending(false);
    }
  };

  return (
    <Dialog open={props.open} onClose={props.onClose} heading={words.link.heading} width="520px">
      <form class="mt-4 flex flex-col gap-4" onSubmit={submit}>
        <div>
          <label for={urlId} class="mb-1.5 block font-medium">
            {words.link.field}
          </label>
          <input
            id={urlId}
            class={`${FIELD} font-mono`}
            value={url()}
            onInput={(event) => setUrl(event.currentTarget.value)}
            placeholder={words.link.placeholder}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            aria-describedby={hintId}
            aria-invalid={problem() !== null}
          />
          <p id={hintId} class="mt-1.5 text-meta text-text-3">
            {words.link.hint}
          </p>
        </div>
        <div>
          <label for={branchId} class="mb-1.5 block font-medium">
            {words.link.branch}
          </label>
          <input
            id={branchId}
            class={`${FIELD} font-mono`}
            value={branch()}
            onInput={(event) => setBranch(event.currentTarget.value)}
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
          />
          <p class="mt-1.5 text-meta text-text-3">{words.link.branchHint}</p>
        </div>
        <Show when={problem()}>{(text) => <ErrorNotice>{text()}</ErrorNotice>}</Show>
        <div class="flex justify-end gap-2">
          <Button onClick={props.onClose}>{words.shell.cancel}</Button>
          <Button type="submit" look="primary" aria-disabled={sending()}>
            {sending() ? words.link.submitting : words.link.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
