import { useNavigate } from "@solidjs/router";
import { createEffect, createResource, Show } from "solid-js";
import { makeApi } from "../api.ts";
import { Button } from "../elements/Button.tsx";
import { sentenceOf } from "../shell/create-app.ts";
import { createTitle } from "../shell/page-head.ts";
import { words } from "../words.ts";

/** `/` leads to the first task while the organization has none, else to the tasks. */
export default function HomePage() {
  const navigate = useNavigate();
  const [target, { refetch }] = createResource(whereTo);
  createTitle(() => words.shell.product);
  createEffect(() => {
    const path = target.error ? undefined : target();
    if (path) navigate(path, { replace: true });
  });
  return (
    <Show when={target.error}>
      {(error) => (
        <section class="grid h-full min-h-64 place-items-center p-6">
          <div class="max-w-md" role="alert">
            <h1 class="text-page font-semibold">{words.shell.product}</h1>
            <p class="mt-2 text-text-2">{sentenceOf(error())}</p>
            <Button class="mt-4" look="primary" onClick={() => refetch()}>
              {words.shell.tryAgain}
            </Button>
          </div>
        </section>
      )}
    </Show>
  );
}

async function whereTo(): Promise<string> {
  const { organization } = await makeApi(null).session();
  const { tasks } = await makeApi(organization.slug).tasks();
  return `/o/${organization.slug}${tasks.length === 0 ? "/start" : "/tasks"}`;
}
