import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isRoot } from "../box-server.ts";

/**
 * A small internet of two network namespaces: in one lives the sandbox server, in the other are a public web
 * server, a name server, and services on private addresses. No packet leaves this machine.
 */
const PUBLIC = "203.0.113.10";
const RESOLVER = "10.255.255.53";
/** Where systemd keeps its own. */
const LOOPBACK_RESOLVER = "127.0.0.53";
const PRIVATE = "192.168.7.7";
const HOST = "198.51.100.2";
const GATEWAY = "198.51.100.1";
const METADATA = "169.254.169.254";
const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

let children: ChildProcess[] = [];
let folder = "";
let answers: Record<string, string> = {};
let answersOfLoopback: Record<string, string> = {};

beforeAll(async () => {
  if (!isRoot) return;
  folder = await mkdtemp(join(tmpdir(), "pihordev-egress-"));
  const [host, world] = [await namespace(), await namespace()];
  wire(host, world);
  await serve(world, ["python3", here("./world-server.py"), RESOLVER]);
  await serve(host, ["python3", here("./world-server.py"), LOOPBACK_RESOLVER, "127.0.0.1", "5432"]);
  await serve(host, ["python3", here("./world-server.py"), "", HOST, "5432"]);
  answers = await askFromBox(host, { resolver: RESOLVER, urls });
  answersOfLoopback = await askFromBox(host, { resolver: LOOPBACK_RESOLVER, urls: loopbackUrls });
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  if (folder) await rm(folder, { recursive: true, force: true });
});

const urls = {
  public: `http://${PUBLIC}/`,
  named: "http://example.test/",
  private: `http://${PRIVATE}/`,
  metadata: `http://${METADATA}/`,
  resolver: `http://${RESOLVER}/`,
  gateway: `http://${GATEWAY}/`,
  neighbour: "http://198.51.100.77/",
  hostAddress: `http://${HOST}:5432/`,
  hostLoopback: "http://127.0.0.1:5432/",
  pastaGateway: "http://169.254.1.1:5432/",
};

const loopbackUrls = {
  named: urls.named,
  resolver: `http://${LOOPBACK_RESOLVER}:5432/`,
  hostLoopback: urls.hostLoopback,
};

if (isRoot) {
  test("a box reaches public addresses, by number and by name", () => {
    expect(answers).toMatchObject({ public: "world", named: "world", network: "egress" });
  });

  test("and nothing private: no range, resolver, gateway, neighbour, host address, loopback", () => {
    const { public: _public, named: _named, network: _network, ...others } = answers;
    const refused = Object.fromEntries(Object.keys(others).map((name) => [name, "refused"]));
    expect(Object.keys(refused)).toHaveLength(8);
    expect(others).toEqual(refused);
  });

  test("a resolver on the host's loopback answers for names, and nothing else there does", () => {
    expect(answersOfLoopback).toEqual({
      network: "egress",
      named: "world",
      resolver: "refused",
      hostLoopback: "refused",
    });
  });
} else {
  test("egress is tried with network namespaces, which need root: here only its routes are, with the attacks", () => {
    expect(children).toEqual([]);
  });
}

async function namespace(): Promise<number> {
  const child = spawn("unshare", ["--net", "sh", "-c", "ip link set lo up; echo ready; exec sleep 600"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  await once(child.stdout, "data");
  return child.pid ?? -1;
}

function wire(host: number, world: number): void {
  ip([
    "link",
    "add",
    "va",
    "netns",
    String(host),
    "type",
    "veth",
    "peer",
    "name",
    "vb",
    "netns",
    String(world),
  ]);
  ip(["addr", "add", `${HOST}/24`, "dev", "va"], host);
  ip(["link", "set", "va", "up"], host);
  ip(["addr", "add", `${GATEWAY}/24`, "dev", "vb"], world);
  ip(["addr", "add", "198.51.100.77/24", "dev", "vb"], world);
  ip(["link", "set", "vb", "up"], world);
  for (const address of [PUBLIC, RESOLVER, PRIVATE, METADATA])
    ip(["addr", "add", `${address}/32`, "dev", "lo"], world);
  ip(["route", "add", "default", "via", GATEWAY], host);
}

function ip(args: readonly string[], inside?: number): void {
  const enter = inside === undefined ? [] : ["nsenter", "--target", String(inside), "--net"];
  const [program = "", ...rest] = [...enter, "ip", ...args];
  const result = spawnSync(program, rest, { encoding: "utf8" });
  expect({ args, stderr: result.stderr, status: result.status }).toEqual({ args, stderr: "", status: 0 });
}

async function serve(inside: number, command: readonly string[]): Promise<void> {
  const child = spawn("nsenter", ["--target", String(inside), "--net", ...command], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  await once(child.stdout, "data");
}

/** Runs the sandbox server and its client in the host's namespace, with a resolv.conf that names the resolver. */
async function askFromBox(
  host: number,
  asked: { resolver: string; urls: Record<string, string> },
): Promise<Record<string, string>> {
  const script =
    'printf "nameserver %s\\n" "$1" > "$2/resolv.conf"; mount --bind "$2/resolv.conf" /etc/resolv.conf; shift 2; exec "$@"';
  const client = [process.execPath, here("./ask-from-box-process.ts"), folder, JSON.stringify(asked.urls)];
  const inside = [
    "unshare",
    "--mount",
    "--propagation",
    "private",
    "sh",
    "-c",
    script,
    "sh",
    asked.resolver,
    folder,
    ...client,
  ];
  const child = spawn("nsenter", ["--target", String(host), "--net", ...inside], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  let text = "";
  child.stdout.on("data", (bytes) => {
    text += bytes;
  });
  await Promise.race([once(child, "close"), wait(100_000, undefined, { ref: false })]);
  children = children.filter((one) => one !== child);
  return JSON.parse(text);
}
