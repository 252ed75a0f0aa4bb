import { type Accessor, createContext, useContext } from "solid-js";
import type { Api, Models, Project, Session, Task } from "../api.ts";
import type { Tail, TailState } from "../tail.ts";

/** What every page under `/o/<slug>` stands on. Lists are null until their first answer. */
export type AppData = {
  session: Session;
  api: Api;
  tail: Tail;
  tailState: Accessor<TailState>;
  tasks: Accessor<readonly Task[] | null>;
  projects: Accessor<readonly Project[] | null>;
  models: Accessor<Models | null>;
  /** The last failure to read a list, in a sentence; null when all is well. */
  listError: Accessor<string | null>;
  /** Reads the lists again, true for at least this position. */
  /** Position up to which the lists are true. */
  listedTo(): number;
  refresh(after?: number): Promise<void>;
  /** Name of a person, as far as this page knows. */
  nameOf(personId: string): string;
  /** The time, ticking each second; one clock for the whole page. */
  now: Accessor<number>;
  href(path: string): string;
  openNewTask(projectId?: string): void;
};

export const AppContext = createContext<AppData>();

export function useApp(): AppData {
  const app = useContext(AppContext);
  if (!app) throw new Error("useApp stands outside of an organization's pages.");
  return app;
}
