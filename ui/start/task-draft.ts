import { createMemo, createSignal } from "solid-js";
import { MAX_TASK_TEXT_CHARS } from "../../core/limits.ts";
import type { Project, StartedTask } from "../api.ts";
import type { Choice } from "../elements/Select.tsx";
import { exact, price } from "../format.ts";
import type { AppData } from "../shell/app-context.tsx";
import { sentenceOf } from "../shell/create-app.ts";
import { words } from "../words.ts";

/** The bundled sample before anybody has linked it: it is linked by the first task on it. */
export const SAMPLE = { url: "sample:parcel-tracker", name: "parcel-tracker" } as const;

export type TaskDraft = ReturnType<typeof createTaskDraft>;

/** A task before it is started: repository, text, model. Ids are made once, so that sending twice is harmless. */
export function createTaskDraft(
  app: AppData,
  initial: { projectId?: string | undefined; sampleText?: string },
) {
  const [repository, setRepository] = createSignal<string | null>(initial.projectId ?? null);
  const [model, setModel] = createSignal<string | null>(null);
  const [typed, setText] = createSignal<string | null>(null);
  const [problem, setProblem] = createSignal<string | null>(null);
  const [sending, setSending] = createSignal(false);
  const ids = newIds();
  // What is filled in comes with the lists: until they are there, nothing can be started or be said to be missing.
  const blocked = createMemo(() => sending() || app.projects() === null || app.models() === null);

  const chosenRepository = createMemo(() => repository() ?? firstRepository(app.projects()));
  // A task is filled in only for the repository it is about, and only until somebody writes.
  const text = createMemo(
    () => typed() ?? (isSample(app, chosenRepository()) ? (initial.sampleText ?? "") : ""),
  );
  const chosenModel = createMemo(() => model() ?? app.models()?.defaultModel ?? null);

  async function start(): Promise<StartedTask | null> {
    if (blocked()) return null;
    const wrong = problemOf({ text: text(), repository: chosenRepository(), model: chosenModel() });
    setProblem(wrong);
    const [repositoryId, modelRef] = [chosenRepository(), chosenModel()];
    if (wrong !== null || repositoryId === null || modelRef === null) return null;
    setSending(true);
    try {
      const projectId = repositoryId === SAMPLE.url ? await linkSample(app, ids) : repositoryId;
      const { taskId, runId, commandId } = ids;
      const body = { commandId, taskId, runId, projectId, text: text(), model: modelRef, baseBranch: null };
      const started = await app.api.startTask(body);
      // The run's page does not wait for the lists: it lives from the events.
      void app.refresh(started.position);
      return started;
    } catch (error) {
      setProblem(sentenceOf(error));
      return null;
    } finally {
      setSending(false);
    }
  }

  return {
    chosenRepository,
    setRepository,
    chosenModel,
    setModel,
    text,
    setText,
    problem,
    setProblem,
    sending,
    blocked,
    start,
  };
}

function newIds() {
  const id = () => crypto.randomUUID();
  return { commandId: id(), taskId: id(), runId: id(), projectId: id(), linkId: id() };
}

async function linkSample(app: AppData, ids: { projectId: string; linkId: string }): Promise<string> {
  const { projectId, linkId: commandId } = ids;
  const linked = await app.api.link({
    projectId,
    commandId,
    url: SAMPLE.url,
    name: SAMPLE.name,
    defaultBranch: null,
  });
  return linked.projectId;
}

function isSample(app: AppData, repository: string | null): boolean {
  const project = app.projects()?.find(({ projectId }) => projectId === repository);
  return repository === SAMPLE.url || project?.kind === "sample";
}

/** The one linked last; without any, the sample. Null until the list is there. */
function firstRepository(projects: readonly Project[] | null): string | null {
  if (projects === null) return null;
  const own = projects.toSorted((a, b) => b.linkedAt.localeCompare(a.linkedAt));
  return own[0]?.projectId ?? SAMPLE.url;
}

export function problemOf(draft: {
  text: string;
  repository: string | null;
  model: string | null;
}): string | null {
  if (draft.text.trim() === "") return words.start.empty;
  if (draft.text.length > MAX_TASK_TEXT_CHARS) return words.start.tooLong(exact(MAX_TASK_TEXT_CHARS));
  if (draft.repository === null) return words.start.needRepository;
  return draft.model === null ? words.start.needModel : null;
}

export function repositoryChoices(app: AppData): Choice[] {
  const projects = app.projects() ?? [];
  const known = projects.map(
    (project): Choice => ({
      value: project.projectId,
      label: project.kind === "sample" ? words.start.sample(project.name) : project.name,
      note: project.kind === "sample" ? words.projects.sampleTag : shortUrl(project.url),
    }),
  );
  if (projects.some((project) => project.kind === "sample")) return known;
  return [
    ...known,
    { value: SAMPLE.url, label: words.start.sample(SAMPLE.name), note: words.projects.sampleTag },
  ];
}

/** Usable models first; the others stand there with what they lack. */
export function modelChoices(app: AppData): Choice[] {
  const models = app.models()?.models ?? [];
  return models
    .toSorted((a, b) => Number(b.available) - Number(a.available))
    .map((model) => ({
      value: model.ref,
      label: model.name,
      note: noteOf(model),
      disabled: !model.available,
    }));
}

/** What stands under the model's field: what it costs, in words. */
export function modelHint(app: AppData, ref: string | null): string {
  const model = app.models()?.models.find((known) => known.ref === ref);
  if (!model) return "";
  if (model.scripted) return words.start.scriptedHint;
  return model.price === null
    ? words.start.noPriceHint
    : words.start.priceHint(price(model.price.input), price(model.price.output));
}

function noteOf(model: {
  scripted: boolean;
  available: boolean;
  price: { input: number; output: number } | null;
}): string {
  if (model.scripted) return words.start.noKeyNeeded;
  if (!model.available) return words.start.unavailable;
  if (model.price === null) return words.start.noPrice;
  return words.start.pricePerMillion(price(model.price.input), price(model.price.output));
}

function shortUrl(url: string): string {
  const short = url.replace(/^[a-z]+:\/\//, "");
  return short.length > 36 ? `…${short.slice(-35)}` : short;
}
