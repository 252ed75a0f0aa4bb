import { existsSync, lstatSync, readlinkSync } from "node:fs";
import type { Config } from "../config.ts";
import { SPARE_THREADS } from "./limits/cgroups.ts";
import { hostNetworks, type Machine, PASTA } from "./machine.ts";

/** Everything one box is started from. Paths are the host's. */
export type BoxPlan = {
  folder: string;
  inBoxFolder: string;
  bun: string;
  /** Null: this process is no root, the box runs as its user. */
  uid: number | null;
  cgroupFolders: readonly string[];
  env: Readonly<Record<string, string>>;
};

/** Where a root server shows the box's files to the box's user, in a mount namespace of the box's own. */
const STAGE = "/mnt";
const TMP_BYTES = 256 * 1024 * 1024;
const SHM_BYTES = 64 * 1024 * 1024;
/** Made up; next to no machine has them. pasta answers for the gateway and takes DNS for the resolver. */
const GATEWAY = "169.254.1.1";
export const RESOLVER = "169.254.1.53";
const BLACKHOLES = [
  "10.0.0.0/8",
  "172.16.0.0/12",
  "192.168.0.0/16",
  "100.64.0.0/10",
  "169.254.0.0/16",
  "192.0.0.0/24",
  "198.18.0.0/15",
  "224.0.0.0/4",
  "240.0.0.0/4",
];

/** As root: join the cgroups, show only this box's files (the data folder may lie under a closed folder), drop to its user. */
const STAGE_SCRIPT = `set -e
uid=$1 box=$2 inbox=$3 bun=$4 cgroups=$5; shift 5
for c in $cgroups; do echo $$ > "$c/cgroup.procs"; done
mount -t tmpfs -o mode=0755,size=64k,nr_inodes=64 tmpfs ${STAGE}
mkdir ${STAGE}/box ${STAGE}/in-box; : > ${STAGE}/bun
mount --bind "$box" ${STAGE}/box
mount --bind "$inbox" ${STAGE}/in-box
mount --bind "$bun" ${STAGE}/bun
exec setpriv --reuid "$uid" --regid "$uid" --clear-groups --no-new-privs --pdeathsig KILL -- "$@"`;

/**
 * In the box's network namespace. /proc is the host's until it is mounted again, and bwrap then fails. No route to the
 * local network is left: a made-up gateway carries everything, and what must not be reached goes into a hole.
 */
const NETWORK_SCRIPT = `set -e
filter=$1 holes=$2; shift 2
mount -t proc proc /proc
set -f; set_dev() { while [ $# -gt 1 ]; do [ "$1" = dev ] && dev=$2; shift; done; }
set_dev $(ip -4 route show default)
ip -4 route flush table main
ip -4 route add default via ${GATEWAY} dev "$dev" onlink
ip -4 route add ${RESOLVER}/32 via ${GATEWAY} dev "$dev" onlink
for n in $holes; do ip -4 route replace blackhole "$n"; done
exec bwrap "$@" 9<"$filter"`;

const NO_NETWORK_SCRIPT = `filter=$1; shift; exec bwrap "$@" 9<"$filter"`;

/** The whole command line of a box, to be spawned with an environment of PATH alone and in "/". */
export function boxCommandLine(plan: BoxPlan, machine: Machine, config: Config): string[] {
  const staged = plan.uid !== null;
  const box = staged ? `${STAGE}/box` : plan.folder;
  const seen = {
    box,
    inBox: staged ? `${STAGE}/in-box` : plan.inBoxFolder,
    bun: staged ? `${STAGE}/bun` : plan.bun,
  };
  const bwrap = [...namespaces(machine), ...mounts(seen), ...environment(plan), "--", ...supervisor(config)];
  return [...enter(plan), ...isolate(box, machine), ...bwrap];
}

function enter(plan: BoxPlan): string[] {
  if (plan.uid === null) return ["setpriv", "--pdeathsig", "KILL", "--"];
  const stage = ["unshare", "--mount", "--propagation", "private", "sh", "-c", STAGE_SCRIPT, "sh"];
  return [...stage, String(plan.uid), plan.folder, plan.inBoxFolder, plan.bun, plan.cgroupFolders.join(" ")];
}

function isolate(box: string, machine: Machine): string[] {
  const filter = `${box}/seccomp.bpf`;
  if (machine.network === "none") return ["sh", "-c", NO_NETWORK_SCRIPT, "sh", filter];
  const holes = [...new Set([...BLACKHOLES, ...hostNetworks()])].join(" ");
  const pasta = [...PASTA, "--dns-forward", RESOLVER, "--", "unshare", "--mount"];
  return [...pasta, "sh", "-c", NETWORK_SCRIPT, "sh", filter, holes];
}

function namespaces(machine: Machine): string[] {
  const own = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", "sandbox"];
  const common = ["--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL", "--seccomp", "9"];
  // pasta has made the user namespace already, and its one user cannot be renamed.
  if (machine.network === "egress") return [...own, ...common];
  const user = ["--unshare-user", "--disable-userns", "--uid", "1000", "--gid", "1000"];
  return [...user, ...own, "--unshare-net", "--unshare-cgroup-try", ...common];
}

function mounts(seen: { box: string; inBox: string; bun: string }): string[] {
  const etc = ["passwd", "group", "nsswitch.conf", "hosts", "resolv.conf"];
  const ofHost = [
    "ssl/certs",
    "ssl/openssl.cnf",
    "alternatives",
    "ld.so.cache",
    "ld.so.conf",
    "ld.so.conf.d",
    "mime.types",
  ];
  return [
    ...["--ro-bind", "/usr", "/usr"],
    ...["/etc", "/opt", "/opt/execd", "/var"].flatMap((path) => ["--perms", "0755", "--dir", path]),
    ...["bin", "sbin", "lib", "lib32", "lib64", "libx32"].flatMap(systemFolder),
    ...ofHost.flatMap((name) => ["--ro-bind-try", `/etc/${name}`, `/etc/${name}`]),
    ...etc.flatMap((name) => ["--ro-bind", `${seen.box}/etc/${name}`, `/etc/${name}`]),
    ...["--ro-bind", seen.bun, "/opt/execd/bun", "--symlink", "bun", "/opt/execd/bunx"],
    ...["--ro-bind", seen.inBox, "/opt/execd/in-box"],
    ...["--proc", "/proc", "--dev", "/dev"],
    ...["--size", String(TMP_BYTES), "--perms", "1777", "--tmpfs", "/tmp", "--symlink", "../tmp", "/var/tmp"],
    ...["--size", String(SHM_BYTES), "--perms", "1777", "--tmpfs", "/dev/shm", "--dir", "/run"],
    ...["--bind", `${seen.box}/workspace`, "/workspace", "--remount-ro", "/", "--chdir", "/"],
  ];
}

/** Debian's /bin is a link into /usr; older systems have folders. */
function systemFolder(name: string): string[] {
  const path = `/${name}`;
  if (!existsSync(path)) return [];
  if (lstatSync(path).isSymbolicLink()) return ["--symlink", readlinkSync(path), path];
  return ["--ro-bind", path, path];
}

function environment(plan: BoxPlan): string[] {
  const values: Record<string, string> = {
    PATH: "/workspace/home/.local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/execd",
    HOME: "/workspace/home",
    USER: "agent",
    LOGNAME: "agent",
    SHELL: "/bin/bash",
    LANG: "C.UTF-8",
    TERM: "dumb",
    // The box's user is called root when it has a network: tar must not try to give files away.
    TAR_OPTIONS: "--no-same-owner",
    ...(existsSync(CERTIFICATES) ? { NODE_EXTRA_CA_CERTS: CERTIFICATES } : {}),
    ...plan.env,
  };
  return Object.entries(values).flatMap(([name, value]) => ["--setenv", name, value]);
}

const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

/** Limits are set in here: in the box's user namespace only the box's own processes count. */
function supervisor(config: Config): string[] {
  const { processes, openFiles, workspaceBytes } = config;
  const nproc = `--nproc=${processes + SPARE_THREADS}`;
  const limits = [nproc, `--nofile=${openFiles}`, "--core=0", `--fsize=${workspaceBytes}`];
  const bun = ["/opt/execd/bun", "--no-env-file", "/opt/execd/in-box/supervisor.ts", String(processes)];
  return ["/usr/bin/prlimit", ...limits, ...bun];
}
