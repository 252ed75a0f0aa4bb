import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { MemoryRouter, Route } from "@solidjs/router";
import { createSignal, type JSX } from "solid-js";
import { type Models, makeApi, type Project, type Task } from "../../../ui/api.ts";
import { AppContext, type AppData } from "../../../ui/shell/app-context.tsx";
import { createTailState } from "../../../ui/store.ts";
import { makeTail } from "../../../ui/tail.ts";
import { PERSON_ID, uuid } from "./recorded.ts";

export const NOW = Date.parse("2026-11-23T10:10:00.000Z");

type Request = { method: string; path: string; organization: string | undefined; body: unknown };
type Answer = { status?: number; body: unknown };

/** A real HTTP server on loopback that keeps what it was asked and answers as it is told. */
export async function startApiServer(answer: (request: Request) => Answer) {
  const requests: Request[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const request = await read(incoming);
    requests.push(request);
    const { status = 200, body } = answer(request);
    outgoing.writeHead(status, {
      "content-type": "application/json",
      "access-control-allow-origin": "*",
      "access-control-allow-headers": "*",
    });
    outgoing.end(incoming.method === "OPTIONS" ? "" : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    /** Without the browser's own questions whether it may ask. */
    asked: () => requests.filter(({ method }) => method !== "OPTIONS"),
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function read(incoming: IncomingMessage): Promise<Request> {
  let text = "";
  for await (const piece of incoming) text += String(piece);
  const organization = incoming.headers["x-organization"];
  return {
    method: incoming.method ?? "",
    path: incoming.url ?? "",
    organization: typeof organization === "string" ? organization : undefined,
    body: text === "" ? null : JSON.parse(text),
  };
}

type AppOptions = {
  origin?: string;
  socketUrl?: string;
  tasks?: readonly Task[];
  listedTo?: () => number;
  projects?: readonly Project[];
  models?: Models;
};

/** What a page stands on, with a real API and a real tail; lists are given. */
export function createTestApp(options: AppOptions = {}): AppData {
  const tail = makeTail({
    url: options.socketUrl ?? "ws://127.0.0.1:1/ws",
    firstRetryMs: 60_000,
    lastRetryMs: 60_000,
  });
  const [now] = createSignal(NOW);
  return {
    session: {
      person: { id: PERSON_ID, name: "Mara Lindqvist" },
      organization: { id: uuid(100), slug: "halden", name: "Halden" },
      role: "owner",
    },
    api: makeApi("halden", options.origin ?? ""),
    tail,
    tailState: createTailState(tail),
    tasks: () => options.tasks ?? [],
    projects: () => options.projects ?? [],
    models: () => options.models ?? null,
    listError: () => null,
    listedTo: options.listedTo ?? (() => 0),
    refresh: async () => {},
    nameOf: (id) => (id === PERSON_ID ? "Mara Lindqvist" : "Someone"),
    now,
    href: (path) => `/o/halden${path}`,
    openNewTask: () => {},
  };
}

/** The page's surroundings: a router and the app. */
export function InApp(props: { app: AppData; children: JSX.Element }) {
  return (
    <MemoryRouter>
      <Route
        path="*"
        component={() => <AppContext.Provider value={props.app}>{props.children}</AppContext.Provider>}
      />
    </MemoryRouter>
  );
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return address.port;
}
