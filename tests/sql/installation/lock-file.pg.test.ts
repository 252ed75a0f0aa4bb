import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { findRunning, takeLock } from "../../../sql/installation/lock-file.ts";
import { identityOf, isAlive, ownIdentity } from "../../../sql/installation/process-identity.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const URLS = {
  adminUrl: "postgres://a",
  gatewayUrl: "postgres://g",
  workerUrl: "postgres://w",
  authUrl: "postgres://u",
};

function sleeper(): ChildProcess {
  const child = spawn("sleep", ["600"], { stdio: "ignore" });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

/** A lock as a holder that was killed leaves it. */
function writeDeadLock(folder: string, children: readonly unknown[]): void {
  const holder = { pid: process.pid, startTime: "of another process with that pid" };
  const lock = {
    holder,
    command: "start",
    since: "2026-01-01T00:00:00.000Z",
    url: null,
    database: null,
    children,
  };
  writeFileSync(join(folder, "running.json"), JSON.stringify(lock));
}

describe("the lock file", () => {
  test("says who runs and where, to its owner only, until it is released", () => {
    const folder = temporaryFolder();
    const lock = takeLock(folder, "start");
    lock.update({ url: "http://localhost:3000", database: URLS });
    expect(statSync(join(folder, "running.json")).mode & 0o777).toBe(0o600);
    expect(findRunning(folder)).toMatchObject({
      holder: ownIdentity(),
      url: "http://localhost:3000",
      database: URLS,
    });
    expect(() => takeLock(folder, "migrate")).toThrow(
      new RegExp(
        `already runs on this data folder at http://localhost:3000 \\("start", pid ${process.pid}, `,
      ),
    );
    lock.release();
    expect(findRunning(folder)).toBeNull();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("of a holder that is dead is taken over, though its pid lives again", () => {
    const folder = temporaryFolder();
    writeDeadLock(folder, []);
    expect(findRunning(folder)).toBeNull();
    const lock = takeLock(folder, "start");
    expect(findRunning(folder)?.holder).toEqual(ownIdentity());
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test("what a dead holder left running is ended, and nothing else", async () => {
    const folder = temporaryFolder();
    const [left, other] = [sleeper(), sleeper()];
    const identity = identityOf(left.pid ?? 0);
    writeDeadLock(folder, [identity, { pid: other.pid, startTime: "of somebody before" }]);
    const ended = once(left, "exit");
    takeLock(folder, "start").release();
    await ended;
    expect(identity && isAlive(identity)).toBe(false);
    expect(other.exitCode ?? other.signalCode).toBeNull();
  });

  test("that is no lock is replaced", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "running.json"), "half a lo");
    takeLock(folder, "start");
    expect(JSON.parse(readFileSync(join(folder, "running.json"), "utf8")).command).toBe("start");
  });
});

describe("the identity of a process", () => {
  test("holds while it lives and ends with it, also while it is a zombie", async () => {
    const child = sleeper();
    const identity = identityOf(child.pid ?? 0);
    if (identity === null) throw new Error("the process has just been started");
    expect(isAlive(identity)).toBe(true);
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    expect(isAlive(identity)).toBe(false);
  });
});
