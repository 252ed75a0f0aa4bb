import { spawn } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { SandboxError } from "../../../core/errors.ts";
import { readSettings } from "../../../core/settings.ts";
import {
  hasEnded,
  type ProcessRow,
  processTree,
} from "../../../worker/sandbox/local-server/box/processes.ts";
import { openSandbox, sweepSandboxes } from "../../../worker/sandbox/open-sandbox.ts";
import { checkMachine, checkSandbox, installCommand } from "../../../worker/sandbox/preflight.ts";
import { startLocalServer } from "../../../worker/sandbox/start-local-server.ts";
import { boxFolders, cgroupsOf, isRoot, leftovers, makeBoxServer, output } from "./box-server.ts";

async function allEnded(processes: readonly ProcessRow[]): Promise<boolean> {
  for (let tries = 0; tries < 500; tries++) {
    if (processes.every(hasEnded)) return true;
    await wait(20);
  }
  return false;
}

describe("the server", () => {
  test("says what it can do", async () => {
    const boxes = await makeBoxServer();
    expect(boxes.server.memoryLimit).toBe(isRoot ? "cgroup" : "watchdog");
    expect(boxes.server.network === "egress").toBe(boxes.server.networkReason === "");
    await boxes.close();
  });

  test("killed with -9 takes its boxes with it, and the next one cleans up after it", async () => {
    const boxes = await makeBoxServer();
    const box = await boxes.open();
    await output(box, "sleep 4242 & setsid sleep 4243 & sleep 0.1");
    const processes = processTree(boxes.server.pid);
    expect(processes.length).toBeGreaterThan(4);
    process.kill(boxes.server.pid, "SIGKILL");
    expect(await allEnded(processes)).toBe(true);
    expect(await box.run("true", { timeoutMs: 5_000 })).toMatchObject({ reason: "lost" });
    await box.close();
    const stale = [...boxFolders(boxes.dataFolder), ...boxes.cgroups];
    expect(stale.every((path) => existsSync(path))).toBe(true);
    const next = await startLocalServer({ dataFolder: boxes.dataFolder, settings: boxes.settings });
    expect(stale.filter((path) => existsSync(path))).toEqual([]);
    await next.stop();
    await boxes.close();
  });

  test("killed and its data folder deleted leaves cgroups, which the next server of any folder removes", async () => {
    const boxes = await makeBoxServer();
    const box = await boxes.open();
    const processes = processTree(boxes.server.pid);
    process.kill(boxes.server.pid, "SIGKILL");
    expect(await allEnded(processes)).toBe(true);
    await box.close();
    rmSync(boxes.dataFolder, { recursive: true });
    const other = await makeBoxServer();
    expect(boxes.cgroups.filter((folder) => existsSync(folder))).toEqual([]);
    await other.close();
    await boxes.close();
  });

  test("leaves the boxes of another living server alone", async () => {
    const boxes = await makeBoxServer();
    const box = await boxes.open();
    const other = await startLocalServer({ dataFolder: boxes.dataFolder, settings: boxes.settings });
    await other.stop();
    expect(await output(box, "echo alive")).toBe("alive");
    await box.close();
    await boxes.close();
  });

  test("ends with its parent", async () => {
    const boxes = await makeBoxServer();
    const folder = join(boxes.dataFolder, "of-child");
    mkdirSync(folder);
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL("./parent-that-dies.ts", import.meta.url)), folder],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const line = await new Promise<string>((resolve) =>
      child.stdout.once("data", (bytes) => resolve(String(bytes))),
    );
    const processes = processTree(Number(line));
    const cgroups = cgroupsOf(folder);
    expect(processes.length).toBeGreaterThan(3);
    child.kill("SIGKILL");
    expect(await allEnded(processes)).toBe(true);
    expect(leftovers({ dataFolder: folder, cgroups })).toEqual([]);
    await boxes.close();
  });

  test("that cannot start says why, in time", async () => {
    const settings = readSettings({ SANDBOX_READY_TIMEOUT_MS: "5000" });
    await expect(startLocalServer({ dataFolder: "/proc/nowhere", settings })).rejects.toThrow(SandboxError);
  });

  test("works from a data folder below one that is closed to others, with quotes and spaces in its name", async () => {
    const boxes = await makeBoxServer();
    const folder = join(boxes.dataFolder, "closed", `it's "a" $(folder) — ö`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const server = await startLocalServer({ dataFolder: folder, settings: boxes.settings });
    const endpoint = { url: server.url, apiKey: server.apiKey, provider: "local" as const };
    const box = await openSandbox({ orgId: "o", runId: "r" }, { settings: boxes.settings, endpoint });
    expect(await output(box, "cat /proc/self/mountinfo > /dev/null; echo works")).toBe("works");
    await box.close();
    await server.stop();
    rmSync(folder, { recursive: true });
    await boxes.close();
  });
});

describe("a network that is switched off", () => {
  test("is none: no route, no name, only the box's own loopback", async () => {
    const boxes = await makeBoxServer({ SANDBOX_NETWORK: "off" });
    expect(boxes.server.network).toBe("none");
    const box = await boxes.open();
    expect(box.network).toBe("none");
    expect(
      await output(
        box,
        "ip -4 route 2>/dev/null | wc -l; ls /sys 2>/dev/null | wc -l; unshare -Ur true 2>/dev/null || echo refused; id -u",
      ),
    ).toBe("0\n0\nrefused\n1000");
    expect(
      await output(
        box,
        "python3 -m http.server 8124 >/dev/null 2>&1 & for i in $(seq 50); do curl -sf localhost:8124 >/dev/null && echo ok && break; sleep 0.1; done",
      ),
    ).toBe("ok");
    await box.writeFile("/workspace/a", "b");
    expect(await output(box, "cat /workspace/a; cd /workspace; git init -q .; git status --short")).toContain(
      "b",
    );
    await box.close();
    await boxes.close();
  });
});

describe("sweeping", () => {
  test("ends the boxes that are named orphans, and no other", async () => {
    const boxes = await makeBoxServer();
    const [kept, orphan] = [await boxes.open(), await boxes.open()];
    const { settings, endpoint } = boxes;
    const swept = await sweepSandboxes({ settings, endpoint }, ({ sandboxId, orgId, runId }) => {
      expect([orgId.length, runId.length]).toEqual([36, 36]);
      return sandboxId === orphan.sandboxId;
    });
    expect(swept).toBe(1);
    expect(await orphan.run("true", { timeoutMs: 5_000 })).toMatchObject({ reason: "lost" });
    expect(await output(kept, "echo kept")).toBe("kept");
    await kept.close();
    await orphan.close();
    await boxes.close();
  });
});

describe("preflight", () => {
  test("runs true in a box", async () => {
    const boxes = await makeBoxServer();
    const check = await checkSandbox(boxes.endpoint, boxes.settings);
    expect(check).toMatchObject({ ok: true, network: boxes.server.network });
    expect(check.durationMs).toBeGreaterThan(0);
    await boxes.close();
  });

  test("says what to do when no server answers", async () => {
    const endpoint = { url: "http://127.0.0.1:9", apiKey: "none", provider: "opensandbox" as const };
    const check = await checkSandbox(endpoint, readSettings({}));
    expect(check).toMatchObject({ ok: false, network: null });
    expect(check.advice).toContain("OPENSANDBOX_URL");
  });

  test("knows this machine, and the command that installs what is missing", async () => {
    expect(await checkMachine()).toMatchObject({ ok: true, missing: [] });
    const sudo = isRoot ? "" : "sudo ";
    expect(installCommand(["bubblewrap", "passt"])).toBe(`${sudo}apt-get install -y bubblewrap passt`);
    expect(installCommand([])).toBe("");
  });
});
