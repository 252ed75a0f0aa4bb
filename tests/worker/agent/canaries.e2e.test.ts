import { afterAll, beforeAll, expect, test } from "vitest";
import { TAKEN_VARIABLES, takeProviderKeys } from "../../../worker/models/provider-keys.ts";
import { type AgentRun, KEY, startAgent } from "./support/agent-run.ts";
import { type Boxes, inBox, startBoxes } from "./support/real-box.ts";

const ENVIRONMENT = "canary-of-the-environment-3e77";
const GIVEN = "canary-given-to-the-run-a0c4";
const kept = new Map(TAKEN_VARIABLES.map((name) => [name, process.env[name]]));
let boxes: Boxes;
beforeAll(async () => {
  boxes = await startBoxes();
});
afterAll(async () => {
  for (const [name, value] of kept) if (value !== undefined) process.env[name] = value;
  delete process.env.PIHORDEV_CANARY;
  await boxes?.close();
});

/** Everything a run leaves behind or sends out, but for the requests to the model's own provider. */
function traces(run: AgentRun): string {
  const blobs = [...run.blobs.values()].map((bytes) => Buffer.from(bytes).toString("latin1"));
  return [JSON.stringify(run.events), JSON.stringify(run.deltas), ...blobs].join("\n");
}

function forms(secret: string): string[] {
  return [
    secret,
    Buffer.from(secret).toString("base64").slice(0, 24),
    Buffer.from(`x${secret}`).toString("base64").slice(4, 24),
  ];
}

test("what an agent finds, prints or is told of secrets is in nothing that is recorded, shown or sent", async () => {
  process.env.PIHORDEV_CANARY = ENVIRONMENT;
  process.env.OPENAI_API_KEY = ENVIRONMENT;
  process.env.AWS_SECRET_ACCESS_KEY = ENVIRONMENT;
  takeProviderKeys(process.env);
  expect(process.env.OPENAI_API_KEY).toBeUndefined();
  const box = await boxes.open({ ".env": `TOKEN=${GIVEN}\n`, "big.txt": `${GIVEN}\n`.repeat(9_000) });
  const search =
    "env; cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; cat .env; base64 .env; sleep 0.1; printf canary-given-; sleep 0.2; echo to-the-run-a0c4";
  const run = await startAgent({
    box,
    deps: { secrets: [GIVEN] },
    script: (_request, index) =>
      [
        {
          text: `The key is ${KEY}, I print it.`,
          thinking: `hm ${KEY}`,
          toolCalls: [{ id: "c1", name: "bash", args: { command: search } }],
        },
        {
          toolCalls: [
            { id: "c2", name: "bash", args: { command: "cat big.txt" } },
            { id: "c3", name: "read", args: { path: ".env" } },
            { id: "c4", name: "grep", args: { pattern: "canary" } },
          ],
        },
        { toolCalls: [{ id: "c5", name: "write", args: { path: "note.txt", content: `${KEY} ${GIVEN}` } }] },
        {
          toolCalls: [
            {
              id: "c6",
              name: "edit",
              args: { path: ".env", edits: [{ oldText: "TOKEN=", newText: `K=${KEY} TOKEN=` }] },
            },
          ],
        },
        { status: 400, body: JSON.stringify({ error: { message: `bad request with ${KEY} and ${GIVEN}` } }) },
      ][index] ?? { text: "done" },
  });
  const outcome = await run.session.run("Look for secrets");
  await run.close();
  expect(
    run
      .of("ToolCallFinished")
      .map(({ toolCallId }) => toolCallId)
      .sort(),
  ).toEqual(["c1", "c2", "c3", "c4", "c5", "c6"]);
  expect(outcome).toMatchObject({ status: "failed", code: "provider" });
  const everything = `${traces(run)}\n${JSON.stringify(outcome)}`;
  for (const secret of [...forms(KEY), ...forms(GIVEN), ...forms(ENVIRONMENT)])
    expect(everything).not.toContain(secret);
  expect(everything).toContain("[secret removed]");
  for (const { text } of run.server.requests)
    for (const secret of [KEY, GIVEN, ENVIRONMENT]) expect(text).not.toContain(secret);
  for (const { headers } of run.server.requests) expect(JSON.stringify(headers)).not.toContain(ENVIRONMENT);
  expect(await inBox(box, "env; cat /proc/1/environ | tr '\\0' '\\n'")).not.toContain(ENVIRONMENT);
});

test("no file of the host is made or read by a session", async () => {
  const box = await boxes.open();
  const home = process.env.HOME;
  process.env.HOME = "/nonexistent/home";
  try {
    const run = await startAgent({ box, script: () => ({ text: "/root/.pi" }) });
    expect(await run.session.run("/skill:anything @/etc/passwd")).toMatchObject({ status: "done" });
    await run.close();
    expect(run.server.requests[0]?.text).not.toContain("root:x:0");
    expect(run.server.requests[0]?.text).toContain("/skill:anything @/etc/passwd");
  } finally {
    if (home !== undefined) process.env.HOME = home;
  }
});
