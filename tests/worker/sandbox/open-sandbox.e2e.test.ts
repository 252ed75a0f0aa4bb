import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { BadInput, NotFound, SandboxError, TooLarge } from "../../../core/errors.ts";
import type { Sandbox } from "../../../worker/sandbox/sandbox.ts";
import { type BoxServer, makeBoxServer, output } from "./box-server.ts";

let boxes: BoxServer;
let box: Sandbox;

beforeAll(async () => {
  boxes = await makeBoxServer();
  box = await boxes.open();
});
afterAll(async () => {
  await box.close();
  await boxes.close();
});

describe("a command", () => {
  test("gives its output, its exit code and the time it took", async () => {
    const result = await box.run("echo out; echo err >/dev/stderr; exit 7", { timeoutMs: 10_000 });
    expect(result).toMatchObject({ exitCode: 7, reason: "exit", outputBytes: 8 });
    expect(result.output.split("\n").sort()).toEqual(["", "err", "out"]);
    expect(result.durationMs).toBeLessThan(10_000);
  });

  test("is given its folder and its environment, and nothing of the shell's syntax is its own", async () => {
    const options = { timeoutMs: 10_000, cwd: "/tmp", env: { GREETING: "a b; $(id) `id` 'x\" \n y" } };
    const result = await box.run('pwd; printf "%s" "$GREETING"', options);
    expect(result.output).toBe("/tmp\na b; $(id) `id` 'x\" \n y\n");
  });

  test("in a folder that is not there could not be asked for", async () => {
    await expect(box.run("true", { timeoutMs: 10_000, cwd: "/nowhere" })).rejects.toThrow(SandboxError);
  });

  test("streams its output while it runs", async () => {
    const seen: { text: string; at: number }[] = [];
    const started = Date.now();
    const onOutput = (text: string) => void seen.push({ text, at: Date.now() - started });
    await box.run("echo one; read -t 0.6 < <(sleep 5); echo two", { timeoutMs: 10_000, onOutput });
    expect(seen.map((piece) => piece.text).join("")).toBe("one\ntwo\n");
    expect((seen.at(-1)?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThan(300);
  });

  test("keeps empty lines, a missing last newline and a carriage return apart", async () => {
    const result = await box.run("printf 'a\\n\\n\\nb\\rc'", { timeoutMs: 10_000 });
    expect(result.output).toBe("a\n\n\nb\rc\n");
  });

  test("that prints NUL, invalid UTF-8 and half surrogates ends in replacement characters", async () => {
    const result = await box.run("printf 'a\\0b\\xff\\xed\\xa0\\x80c\\xe2\\x82\\xac'", { timeoutMs: 10_000 });
    expect(result.output).toBe("a\uFFFDb\uFFFD\uFFFD\uFFFD\uFFFDc€\n");
    expect(result.output.isWellFormed()).toBe(true);
  });

  test("a character cut in two by the pipe stays one", async () => {
    const result = await box.run("printf '\\xe2\\x82'; sleep 0.2; printf '\\xac\\n'", { timeoutMs: 10_000 });
    expect(result.output).toBe("€\n");
  });

  test("ends at its time-out, with what its children were", async () => {
    const result = await box.run("sleep 123456 & echo before; sleep 123456", { timeoutMs: 400 });
    expect(result).toMatchObject({ exitCode: null, reason: "timeout", output: "before\n" });
    expect(result.durationMs).toBeLessThan(5_000);
    expect(await output(box, "pgrep -fc 'sleep 12345[6]' || true")).toBe("0");
  });

  test("that ignores SIGTERM ends all the same", async () => {
    const result = await box.run("trap '' TERM; while :; do sleep 0.1; done", { timeoutMs: 300 });
    expect(result).toMatchObject({ exitCode: null, reason: "timeout" });
  });

  test("ends when it is aborted", async () => {
    const aborting = new AbortController();
    const onOutput = () => aborting.abort();
    const result = await box.run("echo go; sleep 100", {
      timeoutMs: 60_000,
      signal: aborting.signal,
      onOutput,
    });
    expect(result).toMatchObject({ exitCode: null, reason: "aborted", output: "go\n" });
    expect(result.durationMs).toBeLessThan(5_000);
  });

  test("aborted before it starts is never started", async () => {
    const result = await box.run("touch /workspace/started", {
      timeoutMs: 10_000,
      signal: AbortSignal.abort(),
    });
    expect(result.reason).toBe("aborted");
    expect(await box.info("/workspace/started")).toBeNull();
  });

  test("killed by a signal has no exit code", async () => {
    expect(await box.run("kill -9 $$", { timeoutMs: 10_000 })).toMatchObject({
      exitCode: null,
      reason: "killed",
    });
  });

  test("that is empty, holds a NUL or is too long is refused in one sentence", async () => {
    await expect(box.run("  ", { timeoutMs: 1_000 })).rejects.toThrow(BadInput);
    await expect(box.run("echo a\0b", { timeoutMs: 1_000 })).rejects.toThrow(BadInput);
    await expect(box.run(`: ${"x".repeat(200_000)}`, { timeoutMs: 1_000 })).rejects.toThrow(TooLarge);
  });

  test("in the background lives on and the next one reaches it", async () => {
    await output(box, "mkdir -p /workspace/www && echo served > /workspace/www/index.html");
    const started = await box.run("cd /workspace/www && python3 -u -m http.server 8123 & sleep 0.3", {
      timeoutMs: 10_000,
    });
    expect(started).toMatchObject({ exitCode: 0, reason: "exit" });
    const fetch = "for i in $(seq 50); do curl -sf localhost:8123 && exit 0; sleep 0.1; done; exit 1";
    for (let times = 0; times < 3; times++) expect(await output(box, fetch)).toBe("served");
    expect(await output(box, "curl -sf 'http://[::1]:8123' || echo 'only on IPv4'")).toBe("only on IPv4");
  });

  test("runs beside others", async () => {
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, index) => output(box, `sleep 0.2; echo ${index}`)),
    );
    expect(all).toEqual(Array.from({ length: 12 }, (_, index) => String(index)));
  });

  test("1,000 in a row are answered", async () => {
    for (let count = 0; count < 1_000; count++) {
      const { output: text } = await box.run(`echo ${count}`, { timeoutMs: 10_000 });
      if (text !== `${count}\n`) expect(text).toBe(`${count}\n`);
    }
  });
});

describe("the tools of the box", () => {
  test("node, git, python and bun run", async () => {
    const versions = await output(
      box,
      "git --version; python3 -c 'print(1)'; bun -e 'console.log(1 + 1)'; bash --version",
    );
    expect(versions).toMatch(/^git version .*\n1\n2\nGNU bash/);
  });

  test("git can commit and tar can unpack", async () => {
    const commit = "git -c user.name=a -c user.email=a@example.test commit -qm first";
    await output(
      box,
      `cd /workspace && git init -q r && cd r && echo x > f && git add f && ${commit} && git status --short`,
    );
    await output(
      box,
      "cd /workspace && tar cf t.tar --owner=4711 --group=4711 r && mkdir u && tar xf t.tar -C u && test -f u/r/f",
    );
  });
});

describe("a file", () => {
  test("is written with its folders and mode, and read back", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
    await box.writeFile("/workspace/deep/er/run.sh", bytes, { mode: 0o755 });
    expect(Buffer.compare(await box.readFile("/workspace/deep/er/run.sh"), bytes)).toBe(0);
    expect(await output(box, "stat -c %a /workspace/deep/er/run.sh")).toBe("755");
    await box.writeFile("/workspace/deep/er/run.sh", "other");
    expect(await output(box, "stat -c %a /workspace/deep/er/run.sh")).toBe("755");
    expect(await box.info("/workspace/deep/er/run.sh")).toEqual({
      path: "/workspace/deep/er/run.sh",
      type: "file",
      size: 5,
    });
  });

  test("may have many megabytes, odd names and no bytes", async () => {
    const large = new Uint8Array(21_000_001).fill(7);
    await box.writeFile("/workspace/large", large);
    expect(Buffer.compare(await box.readFile("/workspace/large"), large)).toBe(0);
    const name = "/workspace/ödd 'name\" %2e&?#$(id).txt";
    await box.writeFile(name, "");
    expect(await box.readFile(name)).toHaveLength(0);
    expect(await box.info(name)).toMatchObject({ path: name, size: 0 });
  });

  test("that looks like a form's boundary comes whole", async () => {
    const text = "\r\n--\r\n------WebKit\r\n\r\nContent-Disposition: form-data\r\n--".repeat(100);
    await box.writeFile("/workspace/boundary", text);
    expect(Buffer.from(await box.readFile("/workspace/boundary")).toString()).toBe(text);
  });

  test("that is missing, too large or no file is told apart", async () => {
    await expect(box.readFile("/workspace/none")).rejects.toThrow(NotFound);
    expect(await box.info("/workspace/none")).toBeNull();
    await box.writeFile("/workspace/eleven", "12345678901");
    await expect(box.readFile("/workspace/eleven", { maxBytes: 10 })).rejects.toThrow(TooLarge);
    expect(await box.readFile("/workspace/eleven", { maxBytes: 11 })).toHaveLength(11);
    await expect(box.readFile("/workspace")).rejects.toThrow(BadInput);
    await output(box, "mkfifo /workspace/fifo");
    await expect(box.readFile("/workspace/fifo")).rejects.toThrow(BadInput);
    await expect(box.writeFile("/workspace/fifo", "x")).rejects.toThrow(BadInput);
    await expect(box.writeFile("/usr/bin/x", "x")).rejects.toThrow(BadInput);
  });

  test("is listed in order, links as links and not followed", async () => {
    await output(
      box,
      "mkdir -p /workspace/l/b && cd /workspace/l && echo 1 > a && echo 22 > b/c && ln -s b d && ln -s /etc e",
    );
    expect(await box.list("/workspace/l", { depth: 3 })).toEqual([
      { path: "/workspace/l/a", type: "file", size: 2 },
      { path: "/workspace/l/b", type: "directory", size: 0 },
      { path: "/workspace/l/b/c", type: "file", size: 3 },
      { path: "/workspace/l/d", type: "symlink", size: 1 },
      { path: "/workspace/l/e", type: "symlink", size: 4 },
    ]);
    await expect(box.list("/workspace/l/e")).rejects.toThrow(BadInput);
    await expect(box.list("/workspace/l/none")).rejects.toThrow(NotFound);
  });
});

describe("a box", () => {
  test("says where it is and what network it has", () => {
    expect(box).toMatchObject({ provider: "local", network: boxes.server.network });
  });

  test("that was closed is lost, for commands and files, and can be closed again", async () => {
    const other = await boxes.open();
    await other.close();
    await other.close();
    expect(await other.run("true", { timeoutMs: 5_000 })).toMatchObject({ exitCode: null, reason: "lost" });
    await expect(other.readFile("/etc/passwd")).rejects.toThrow(SandboxError);
  });

  test("whose opening is aborted is not left behind", async () => {
    const before = await listed();
    const { openSandbox } = await import("../../../worker/sandbox/open-sandbox.ts");
    const { settings, endpoint } = boxes;
    const opening = openSandbox(
      { orgId: "o", runId: "r", signal: AbortSignal.timeout(1) },
      { settings, endpoint },
    );
    await expect(opening).rejects.toThrow(SandboxError);
    for (let tries = 0; tries < 200 && (await listed()) > before; tries++) await wait(20);
    expect(await listed()).toBe(before);
  });
});

async function listed(): Promise<number> {
  const { pagination } = await (await boxes.ask("/v1/sandboxes")).json();
  return pagination.totalItems;
}
