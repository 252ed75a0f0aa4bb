import { chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Network } from "../../sandbox.ts";
import { seccompFilter } from "./limits/seccomp.ts";
import { tryProgram } from "./machine.ts";
import { RESOLVER } from "./recipe.ts";

const REMOVE_TIMEOUT_MS = 120_000;

/** Makes what a box is started from: its workspace, its few files of /etc and its system call filter. */
export function makeBoxFolder(folder: string, options: { uid: number | null; network: Network }): void {
  mkdirSync(join(folder, "etc"), { recursive: true, mode: 0o755 });
  for (const [name, text] of Object.entries(etcFiles(options.network)))
    writeFileSync(join(folder, "etc", name), text);
  writeFileSync(join(folder, "seccomp.bpf"), seccompFilter(process.arch));
  for (const path of ["workspace", "workspace/home"]) {
    mkdirSync(join(folder, path), { mode: 0o755 });
    if (options.uid !== null) chownSync(join(folder, path), options.uid, options.uid);
  }
}

/** Also folders that an agent closed with chmod 000: in a user namespace of its own, the owner may open them. */
export async function removeFolder(folder: string): Promise<void> {
  const asRoot = process.getuid?.() === 0 ? [] : ["unshare", "--user", "--map-root-user", "--"];
  const removed = await tryProgram([...asRoot, "rm", "-rf", "--", folder], REMOVE_TIMEOUT_MS);
  if (removed.code !== 0)
    throw new Error(`The folder ${folder} cannot be removed: ${removed.stderr.slice(-300)}`);
}

function etcFiles(network: Network): Record<string, string> {
  const user = (name: string, id: number) => `${name}:x:${id}:${id}:agent:/workspace/home:/bin/bash\n`;
  return {
    // With a network the box's one user is number 0 of its namespace, without it is 1000.
    passwd: `${user("root", 0)}${user("agent", 1000)}nobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n`,
    group: "root:x:0:\nagent:x:1000:\nnogroup:x:65534:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    hosts: "127.0.0.1 localhost sandbox\n::1 localhost\n",
    "resolv.conf": network === "egress" ? `nameserver ${RESOLVER}\n` : "",
  };
}
