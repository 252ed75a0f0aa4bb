import { chmod, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Sandbox } from "../../../worker/sandbox/sandbox.ts";
import { type BoxServer, makeBoxServer, output } from "./box-server.ts";

const CANARY = "canary-7f3a91c2";
let boxes: BoxServer;
let box: Sandbox;
let canary: { port: number; visits: number; close(): void };

beforeAll(async () => {
  process.env.PIHORDEV_TEST_CANARY = CANARY;
  canary = await startCanary();
  boxes = await makeBoxServer();
  await writeFile(join(boxes.dataFolder, "secret"), CANARY);
  await chmod(join(boxes.dataFolder, "secret"), 0o644);
  box = await boxes.open();
});
afterAll(async () => {
  delete process.env.PIHORDEV_TEST_CANARY;
  await box.close();
  await boxes.close();
  canary.close();
  expect(canary.visits).toBe(0);
});

/** Runs something that must not work, and answers what it printed. */
async function attempt(command: string): Promise<{ exitCode: number | null; output: string }> {
  const { exitCode, output: text, reason } = await box.run(command, { timeoutMs: 20_000 });
  expect(reason).toBe("exit");
  expect(text).not.toContain(CANARY);
  expect(text).not.toContain(boxes.server.apiKey);
  return { exitCode, output: text };
}

describe("secrets", () => {
  test("no variable of the host is in the environment of any process", async () => {
    const { output: text } = await attempt(
      "env; for e in /proc/[0-9]*/environ; do tr '\\0' '\\n' < $e; done 2>&1",
    );
    expect(text).not.toMatch(/TOKEN|SECRET|PASSWORD|DATABASE|_KEY=/);
    expect(
      await output(box, "tr '\\0' '\\n' < /proc/1/environ | grep -v '^PATH=' | grep -v '^PWD=/$' || true"),
    ).toBe("");
  });

  test("only the box's own processes and three file descriptors are seen", async () => {
    const pids = Number(await output(box, "ls -d /proc/[0-9]* | wc -l"));
    expect(pids).toBeLessThan(12);
    expect(
      await output(
        box,
        "ls /proc/self/fd | sort -n | head -3 | tr '\\n' ' '; ls -l /proc/self/fd | grep -c socket || true",
      ),
    ).toBe("0 1 2 0");
  });

  test("neither the host's files nor the data folder are there", async () => {
    const paths = [
      "/etc/shadow",
      "/etc/gitconfig",
      "/root",
      "/home",
      "/var/lib",
      "/sys/kernel",
      "/var/run/docker.sock",
    ];
    const all = [
      ...paths,
      "/run/docker.sock",
      boxes.dataFolder,
      "/proc/1/root/root",
      "/mnt",
      "/etc/ssl/private",
    ];
    for (const path of all) expect((await attempt(`cat '${path}' || ls '${path}'`)).exitCode).not.toBe(0);
    expect(
      (await attempt("find / -xdev -name 'docker.sock' -o -xdev -name '*.sock' 2>/dev/null | grep . "))
        .exitCode,
    ).not.toBe(0);
  });

  test("links out of the workspace lead nowhere, for file operations too", async () => {
    await output(
      box,
      `mkdir -p /workspace/links && cd /workspace/links && ln -s /etc/shadow shadow && ln -s '${boxes.dataFolder}/secret' secret`,
    );
    await output(
      box,
      `cd /workspace/links && ln -s ../../../../../../..${boxes.dataFolder}/secret up && ln -s /etc/passwd passwd && ln -s /proc/1/root/etc root`,
    );
    for (const name of ["shadow", "secret", "up", "root/shadow"]) {
      await expect(box.readFile(`/workspace/links/${name}`)).rejects.toThrow(/cannot be read/);
      await attempt(`cat /workspace/links/${name}`);
    }
    expect(Buffer.from(await box.readFile("/workspace/links/passwd")).toString()).toContain(
      "agent:/workspace/home",
    );
    await expect(box.writeFile("/workspace/links/passwd", "x")).rejects.toThrow(/cannot be written/);
    await expect(box.readFile(`../../../../../../..${boxes.dataFolder}/secret`)).rejects.toThrow(
      /cannot be read/,
    );
  });
});

describe("the host's network", () => {
  test("loopback, IPv4 and IPv6, is the box's own", async () => {
    for (const host of ["127.0.0.1", "[::1]", "localhost", "0.0.0.0", "127.0.0.2", "[::ffff:127.0.0.1]"]) {
      expect((await attempt(`curl -sS -m 3 http://${host}:${canary.port}/`)).exitCode).toBe(7);
    }
  });

  test("the sandbox server itself is out of reach", async () => {
    const { port } = new URL(boxes.server.url);
    expect((await attempt(`curl -sS -m 3 http://127.0.0.1:${port}/v1/sandboxes`)).exitCode).toBe(7);
  });

  test("no address of the host leads to its loopback: there is no route to it", async () => {
    for (const address of hostAddresses()) {
      const { output: text } = await attempt(`ip -4 route get ${address} 2>&1; ip -4 addr`);
      expect(text).toMatch(/Invalid argument|unreachable|^local /m);
      expect((await attempt(`curl -sS -m 3 http://${address}:${canary.port}/`)).exitCode).toBe(7);
    }
  });

  test("private ranges, the metadata address and the local network end in a hole", async () => {
    const addresses = [
      "10.1.2.3",
      "172.16.9.9",
      "172.31.255.254",
      "192.168.1.1",
      "100.64.0.1",
      "169.254.169.254",
      "224.0.0.1",
    ];
    for (const address of [...addresses, ...neighbours()]) {
      const { exitCode, output: text } = await attempt(`ip -4 route get ${address}`);
      expect({ address, exitCode, text }).toMatchObject({
        exitCode: 2,
        text: expect.stringMatching(/Invalid argument|unreachable/),
      });
    }
    expect((await attempt("ip -6 route get 2001:db8::1")).exitCode).not.toBe(0);
  });

  test("the routes cannot be changed and no raw or foreign socket is given", async () => {
    expect((await attempt("ip route del blackhole 10.0.0.0/8")).exitCode).not.toBe(0);
    expect((await attempt("ip link add dummy0 type dummy")).exitCode).not.toBe(0);
    for (const [family, type] of [
      [40, 1],
      [38, 5],
      [17, 3],
      [2, 3],
    ]) {
      expect((await attempt(`python3 -c 'import socket; socket.socket(${family}, ${type})'`)).exitCode).toBe(
        1,
      );
    }
  });
});

describe("privileges", () => {
  test("none are left, and none can be had", async () => {
    const status = await output(box, "cat /proc/self/status");
    expect(status).toMatch(/CapEff:\t0+\n/);
    expect(status).toMatch(/CapPrm:\t0+\n/);
    expect(status).toMatch(/NoNewPrivs:\t1/);
    expect(status).toMatch(/Seccomp:\t2/);
  });

  test.each([
    ["mount", "mount -t tmpfs none /tmp"],
    ["bind mount", "mount --bind /etc /workspace"],
    ["remount", "mount -o remount,rw /usr"],
    ["user namespace", "unshare --user --map-root-user true"],
    ["network namespace", "unshare --net true"],
    ["mount namespace", "unshare --mount true"],
    ["joining a namespace", "nsenter --target 1 --all true"],
    ["nested box", "bwrap --unshare-user --ro-bind / / true"],
    ["kernel log", "dmesg"],
    ["host name", "hostname other"],
    ["clock", "date -s 2001-01-01"],
    ["device", "mknod /tmp/sda b 8 0"],
    [
      "ptrace",
      "python3 -c 'import ctypes; c = ctypes.CDLL(None, use_errno=True); raise SystemExit(c.ptrace(16, 1, 0, 0) == -1)'",
    ],
    ["other processes' memory", "dd if=/proc/1/mem of=/dev/null bs=1 count=1 skip=4096"],
    ["writing to /usr", "touch /usr/x"],
    ["writing to /etc", "touch /etc/x"],
    ["writing to /", "touch /x"],
    ["writing to the supervisor", "echo x >> /opt/execd/in-box/supervisor.ts"],
    ["sysctl", "echo 0 > /proc/sys/kernel/randomize_va_space"],
    ["kernel trigger", "echo b > /proc/sysrq-trigger"],
    ["more processes", "prlimit --nproc=unlimited true"],
  ])("%s is refused", async (_name, command) => {
    expect((await attempt(command)).exitCode).not.toBe(0);
  });

  test("keys, io_uring and eBPF are refused by the filter", async () => {
    const call = (number: number) =>
      `python3 -c 'import ctypes,sys; c = ctypes.CDLL(None, use_errno=True); sys.exit(0 if c.syscall(${number}, 0, 0, 0, 0, 0) == -1 and ctypes.get_errno() in (1, 38) else 9)'`;
    const numbers = process.arch === "x64" ? [250, 425, 321, 323, 298, 435] : [219, 425, 280, 282, 241, 435];
    for (const number of numbers) expect((await attempt(call(number))).exitCode).toBe(0);
  });
});

describe("the supervisor", () => {
  test("is not where a command could speak for it", async () => {
    expect((await attempt("ls -R /run /tmp /var | grep -i sock")).exitCode).not.toBe(0);
  });

  test("lied about by a command that writes to its pipe: the box ends, the server lives on", async () => {
    const victim = await boxes.open();
    const lie =
      "for fd in 0 1 2; do echo garbage-garbage-garbage > /proc/2/fd/$fd; echo garbage > /proc/$PPID/fd/$fd; done; sleep 1; echo on";
    const result = await victim.run(lie, { timeoutMs: 10_000 });
    expect(["lost", "exit"]).toContain(result.reason);
    await victim.close();
    expect(await output(box, "echo alive")).toBe("alive");
  });

  test.each([
    ["killed with all others", "kill -9 -1"],
    ["killed alone", "kill -9 $PPID; sleep 5"],
  ])("%s: the command is lost, and nothing of the box is left", async (_name, command) => {
    const victim = await boxes.open();
    const result = await victim.run(`sleep 4242 & ${command}`, { timeoutMs: 20_000 });
    expect(result).toMatchObject({ exitCode: null, reason: "lost" });
    expect(await victim.run("true", { timeoutMs: 5_000 })).toMatchObject({ reason: "lost" });
    await victim.close();
    expect(await output(box, "echo alive")).toBe("alive");
  });
});

async function startCanary() {
  const found = { visits: 0 };
  const servers = [await listenOn("127.0.0.1", 0, found)];
  const address = servers[0]?.address();
  const port = typeof address === "object" && address ? address.port : 0;
  servers.push(await listenOn("::1", port, found));
  return {
    port,
    get visits() {
      return found.visits;
    },
    close: () => servers.forEach((server) => void server.close()),
  };
}

function listenOn(host: string, port: number, found: { visits: number }): Promise<Server> {
  const server = createServer((_request, response) => {
    found.visits += 1;
    response.end(CANARY);
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => resolve(server));
  });
}

function hostAddresses(): string[] {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.filter((entry) => entry.family === "IPv4" && !entry.internal).map((entry) => entry.address);
}

/** Only looked up in the box's routes: nothing is sent to them. */
function neighbours(): string[] {
  return hostAddresses().flatMap((address) => {
    const network = address.split(".").slice(0, 3).join(".");
    return [`${network}.1`, `${network}.254`].filter((one) => one !== address);
  });
}
