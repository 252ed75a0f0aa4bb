import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const SSHD = "/usr/sbin/sshd";

export type SshServer = {
  /** `ssh://<user>@127.0.0.1:<port>`. */
  origin: string;
  /** Text of a private key that is let in. */
  privateKey: string;
  /** What the server printed: who came in, with which key. */
  log(): string;
  close(): Promise<void>;
};

/** sshd on loopback with a host key and one user key of its own. Installs openssh-server where that is possible. */
export async function startSshServer(folder: string): Promise<SshServer> {
  ensureSshd();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of ["host", "user"]) {
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", join(folder, name)]);
  }
  const port = await freePort();
  writeFileSync(join(folder, "config"), configuration(folder, port));
  const child = spawn(SSHD, ["-D", "-e", "-f", join(folder, "config")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let log = "";
  child.stderr.on("data", (piece: Buffer) => {
    log += piece.toString();
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  await listening(port, () => log);
  const user = execFileSync("id", ["-un"]).toString().trim();
  return {
    origin: `ssh://${user}@127.0.0.1:${port}`,
    privateKey: readFileSync(join(folder, "user"), "utf8"),
    log: () => log,
    close: async () => {
      child.kill();
      await ended;
    },
  };
}

function configuration(folder: string, port: number): string {
  return [
    `Port ${port}`,
    "ListenAddress 127.0.0.1",
    `HostKey ${join(folder, "host")}`,
    `AuthorizedKeysFile ${join(folder, "user.pub")}`,
    "PidFile none",
    "UsePAM no",
    "StrictModes no",
    "PermitRootLogin prohibit-password",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "PrintMotd no",
    "",
  ].join("\n");
}

function ensureSshd(): void {
  const isRoot = process.getuid?.() === 0;
  if (!existsSync(SSHD)) {
    if (!isRoot || !existsSync("/usr/bin/apt-get")) {
      throw new Error("The ssh tests need an ssh server: run `sudo apt-get install -y openssh-server`.");
    }
    console.log("tests: installing openssh-server with apt-get, without starting it");
    withoutServices(() => {
      if (!aptGet("install", "-y", "--no-install-recommends", "openssh-server")) {
        aptGet("update");
        aptGet("install", "-y", "--no-install-recommends", "openssh-server");
      }
    });
  }
  if (isRoot) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
}

function aptGet(...args: string[]): boolean {
  const env = { PATH: process.env.PATH ?? "", DEBIAN_FRONTEND: "noninteractive" };
  return spawnSync("apt-get", args, { env, stdio: "ignore" }).status === 0;
}

/** A package would otherwise start its server at once, on every address of the machine. */
function withoutServices(install: () => void): void {
  const policy = "/usr/sbin/policy-rc.d";
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    install();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address !== null && typeof address === "object" ? address.port : 0));
    });
  });
}

async function listening(port: number, log: () => string): Promise<void> {
  for (const until = Date.now() + 10_000; Date.now() < until; ) {
    if (await accepts(port)) return;
    await sleep(20);
  }
  throw new Error(`sshd did not start: ${log()}`);
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(socket.destroy() !== undefined));
    socket.once("error", () => resolve(false));
  });
}
