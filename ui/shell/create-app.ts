import { createSignal, onCleanup } from "solid-js";
import { ApiError, type Models, makeApi, type Project, type Session, type Task } from "../api.ts";
import { createTailState } from "../store.ts";
import { makeTail, type Tail } from "../tail.ts";
import { words } from "../words.ts";
import type { AppData } from "./app-context.tsx";

const REFRESH_MS = 300;
const SECOND_MS = 1_000;

/** Session, connection, lists and clock of an organization's pages. Lists follow the projections. */
export function createApp(session: Session, openNewTask: AppData["openNewTask"]): AppData {
  const { slug } = session.organization;
  const api = makeApi(slug);
  const tail = openTail(slug);
  const [now, setNow] = createSignal(Date.now());
  const clock = setInterval(() => setNow(Date.now()), SECOND_MS);
  onCleanup(() => clearInterval(clock));
  return {
    session,
    api,
    tail,
    tailState: createTailState(tail),
    ...createLists(api, tail),
    nameOf: (personId) => (personId === session.person.id ? session.person.name : words.cards.someone),
    now,
    href: (path) => `/o/${slug}${path}`,
    openNewTask,
  };
}

function openTail(slug: string): Tail {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const tail = makeTail({ url: `${scheme}://${location.host}/ws?organization=${encodeURIComponent(slug)}` });
  const wake = () => document.visibilityState === "visible" && tail.wake();
  addEventListener("online", wake);
  addEventListener("offline", tail.lose);
  document.addEventListener("visibilitychange", wake);
  onCleanup(() => {
    removeEventListener("online", wake);
    removeEventListener("offline", tail.lose);
    document.removeEventListener("visibilitychange", wake);
    tail.close();
  });
  return tail;
}

function createLists(api: ReturnType<typeof makeApi>, tail: Tail) {
  const [tasks, setTasks] = createSignal<readonly Task[] | null>(null);
  const [listedTo, setListedTo] = createSignal(0);
  const [projects, setProjects] = createSignal<readonly Project[] | null>(null);
  const [models, setModels] = createSignal<Models | null>(null);
  const [listError, setListError] = createSignal<string | null>(null);
  let asked = 0;

  async function refresh(after?: number) {
    asked += 1;
    const mine = asked;
    try {
      const [taskList, projectList] = await Promise.all([api.tasks(after), api.projects(after)]);
      if (mine !== asked) return;
      setTasks(taskList.tasks);
      setListedTo(taskList.position);
      setProjects(projectList.projects);
      setListError(null);
    } catch (error) {
      if (mine === asked) setListError(sentenceOf(error));
    }
  }

  const readModels = () =>
    api.models().then(setModels, (error: unknown) => {
      setListError(sentenceOf(error));
    });
  followProjections(tail, () => void refresh());
  void refresh();
  void readModels();
  return { tasks, listedTo, projects, models, listError, refresh };
}

/** Projections move often while agents work: the lists are read at most every so often. */
function followProjections(tail: Tail, refresh: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const later = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      refresh();
    }, REFRESH_MS);
  };
  let status = tail.state().status;
  const offAdvance = tail.onAdvanced(later);
  const offState = tail.onState((state) => {
    if (state.status === "online" && status === "offline") later();
    status = state.status;
  });
  onCleanup(() => {
    offAdvance();
    offState();
    clearTimeout(timer);
  });
}

/** The sentence to show for anything thrown by a request or a command. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return words.error(error.code, error.message);
  return words.error("unknown", error instanceof Error ? error.message : "");
}
