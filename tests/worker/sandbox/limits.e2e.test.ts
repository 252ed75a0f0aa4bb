import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { residentBytes } from "../../../worker/sandbox/local-server/box/processes.ts";
import type { CommandResult, Sandbox } from "../../../worker/sandbox/sandbox.ts";
import { type BoxServer, makeBoxServer, output } from "./box-server.ts";

const MIB = 1024 * 1024;
let boxes: BoxServer;

beforeAll(async () => {
  boxes = await makeBoxServer({
    SANDBOX_MEMORY_BYTES: String(400 * MIB),
    SANDBOX_WORKSPACE_BYTES: String(60 * MIB),
    SANDBOX_PROCESSES: "100",
    SANDBOX_OPEN_FILES: "256",
  });
});
afterAll(async () => {
  await boxes.close();
});

async function inBox<T>(work: (box: Sandbox) => Promise<T>): Promise<T> {
  const box = await boxes.open();
  try {
    return await work(box);
  } finally {
    await box.close();
  }
}

/** Repeats a command until it is answered as wanted; the box may need a moment to recover. */
async function until(
  box: Sandbox,
  command: string,
  wanted: (result: CommandResult) => boolean,
): Promise<CommandResult> {
  for (let tries = 0; ; tries++) {
    const result = await box.run(command, { timeoutMs: 10_000 });
    if (wanted(result) || tries > 50) return result;
    await wait(100);
  }
}

describe("processes", () => {
  test("a fork bomb stays in its box, which then works again or is lost", async () => {
    await inBox(async (box) => {
      const bomb = await box.run(":(){ :|:& };:; sleep 1; ls -d /proc/[0-9]* | wc -l", { timeoutMs: 20_000 });
      expect(["exit", "killed", "lost", "timeout"]).toContain(bomb.reason);
      const after = await box.run("echo alive", { timeoutMs: 20_000 }).catch(() => null);
      if (after && after.reason === "exit") expect(after.output).toContain("alive");
      else expect(after?.reason ?? "lost").toBe("lost");
    });
    await inBox(async (box) => expect(await output(box, "echo next")).toBe("next"));
  });

  test("a command that is out of processes says what was done about it", async () => {
    await inBox(async (box) => {
      await box.run("for i in $(seq 300); do sleep 1000 & done 2>/dev/null", { timeoutMs: 20_000 });
      const next = await until(box, "echo alive", (result) => result.output.includes("alive"));
      expect(next).toMatchObject({ exitCode: 0 });
      expect(Number(await output(box, "pgrep -c sleep || true"))).toBeLessThan(100);
    });
  });

  test("open files are bounded", async () => {
    await inBox(async (box) => {
      const script = "import os\nn=0\ntry:\n  while True: os.dup(1); n+=1\nexcept OSError: print(n)";
      expect(Number(await output(box, `python3 -c '${script}'`))).toBeLessThan(256);
    });
  });
});

describe("memory", () => {
  test("the process that takes too much is killed, the box and the next command live", async () => {
    await inBox(async (box) => {
      const hog = await box.run(
        "python3 -c 'a = bytearray(700 * 1024 * 1024); import time; time.sleep(20)'",
        { timeoutMs: 30_000 },
      );
      expect(hog.exitCode === 137 || hog.reason === "killed").toBe(true);
      expect(hog.durationMs).toBeLessThan(20_000);
      expect(await output(box, "echo alive")).toBe("alive");
    });
  });

  test("the same goes for one that was left in the background", async () => {
    await inBox(async (box) => {
      const hog = "a = bytearray(700 * 1024 * 1024); import time; time.sleep(30)";
      await output(box, `(setsid python3 -c '${hog}' & )`);
      const gone = await until(box, "pgrep -c python3 || echo gone", (result) =>
        result.output.includes("gone"),
      );
      expect(gone.output).toContain("gone");
    });
  });

  test("/tmp and /dev/shm are bounded", async () => {
    await inBox(async (box) => {
      const fill = await box.run("head -c 50M /dev/zero > /dev/shm/a; head -c 50M /dev/zero > /dev/shm/b", {
        timeoutMs: 20_000,
      });
      expect(fill.exitCode).not.toBe(0);
      expect(fill.output).toContain("No space left");
      expect(await output(box, "rm /dev/shm/?; df -m --output=size /tmp | tail -1")).toMatch(/^\s*256$/);
    });
  });
});

describe("the workspace", () => {
  test("a file over the limit cannot be written", async () => {
    await inBox(async (box) => {
      const fill = await box.run("dd if=/dev/zero of=/workspace/x bs=1M count=200; stat -c %s /workspace/x", {
        timeoutMs: 20_000,
      });
      if (fill.reason !== "lost")
        expect(Number(fill.output.trim().split("\n").at(-1))).toBeLessThanOrEqual(60 * MIB);
    });
  });

  test.each([
    ["many files", "i=0; while :; do head -c 1000000 /dev/zero > /workspace/f$i || exit 3; i=$((i+1)); done"],
    [
      "files in folders closed to their owner",
      "mkdir -p /workspace/c/d; for i in $(seq 90); do head -c 1000000 /dev/zero > /workspace/c/d/f$i; done; chmod 000 /workspace/c/d /workspace/c; sleep 60",
    ],
  ])("%s over the limit end the box, with a sentence", async (_name, command) => {
    const result = await inBox((box) => box.run(command, { timeoutMs: 60_000 }));
    expect(result).toMatchObject({ exitCode: null, reason: "lost" });
    expect(result.output).toContain("its workspace holds more than 60 MiB");
  });
});

describe("output", () => {
  test.each([
    ["many lines", "yes 0123456789abcde | head -c 1000000000"],
    ["one line", "head -c 1000000000 /dev/zero | tr '\\0' x"],
  ])("a gigabyte in %s is counted, cut in the middle and bounded in memory", async (_name, command) => {
    boxes.recorder.streams = false;
    let pieces = 0;
    const onOutput = (text: string) => {
      pieces += text.length;
    };
    const result = await inBox((box) =>
      box.run(`echo first; ${command}; echo last`, { timeoutMs: 100_000, onOutput, maxOutputBytes: MIB }),
    );
    boxes.recorder.streams = true;
    expect(result).toMatchObject({ exitCode: 0, reason: "exit" });
    expect(result.outputBytes).toBeGreaterThanOrEqual(1_000_000_000);
    expect(result.outputBytes).toBeLessThan(1_001_000_000);
    expect(pieces).toBe(result.outputBytes);
    expect(result.output.length).toBeLessThan(MIB + 100);
    expect(result.output).toMatch(/^first\n[\s\S]*bytes left out[\s\S]*last\n$/);
    expect(residentBytes(boxes.server.pid) / MIB).toBeLessThan(500);
  });

  test("that never ends is stopped by the time-out", async () => {
    boxes.recorder.streams = false;
    const result = await inBox((box) => box.run("yes", { timeoutMs: 700, maxOutputBytes: 1_000 }));
    boxes.recorder.streams = true;
    expect(result).toMatchObject({ exitCode: null, reason: "timeout" });
  });

  test("of a process left behind does not hold up the next command", async () => {
    await inBox(async (box) => {
      const left = await box.run("yes & sleep 0.1; echo done", { timeoutMs: 20_000, maxOutputBytes: 1_000 });
      expect(left).toMatchObject({ reason: "exit", exitCode: 0 });
      expect(await output(box, "pkill yes; echo next")).toBe("next");
    });
  });
});
