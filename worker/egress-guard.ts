import { lookup } from "node:dns/promises";
import { BlockList, isIP } from "node:net";
import { Forbidden, Unavailable } from "../core/errors.ts";

/**
 * Where traffic that a person asks for may go: repositories, webhooks, base URLs. Every address a name resolves to
 * is checked, and the caller must connect to one of the answered addresses: a second look-up may answer otherwise.
 */
export type EgressRules = {
  /** Private hosts the operator allows although they are private: `host` or `host:port`. */
  allowedPrivateHosts: readonly string[];
  /** True only on an install of one owner that is bound to loopback: this machine's own servers may be reached. */
  allowLoopback: boolean;
};

export type EgressTarget = { host: string; port: number };

type Range = readonly [network: string, prefix: number, family: "ipv4" | "ipv6"];

const LOOPBACK: readonly Range[] = [
  ["127.0.0.0", 8, "ipv4"],
  ["::1", 128, "ipv6"],
];

/** Private, link-local, shared, test, multicast and reserved ranges; IPv6 ranges that carry an IPv4 address too. */
const PRIVATE: readonly Range[] = [
  ...LOOPBACK,
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["169.254.0.0", 16, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.0.2.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["198.51.100.0", 24, "ipv4"],
  ["203.0.113.0", 24, "ipv4"],
  ["224.0.0.0", 4, "ipv4"],
  ["240.0.0.0", 4, "ipv4"],
  ["::", 128, "ipv6"],
  ["64:ff9b::", 96, "ipv6"],
  ["64:ff9b:1::", 48, "ipv6"],
  ["100::", 64, "ipv6"],
  ["2001::", 32, "ipv6"],
  ["2001:db8::", 32, "ipv6"],
  ["2002::", 16, "ipv6"],
  ["fc00::", 7, "ipv6"],
  ["fe80::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
];

const loopback = blockList(LOOPBACK);
const notPublic = blockList(PRIVATE);

/** The setting ALLOWED_PRIVATE_HOSTS as a list: comma separated, case and spaces do not matter. */
export function parseHostList(text: string): string[] {
  return text
    .split(",")
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== "");
}

/**
 * The addresses that may be connected to, IPv4 first.
 * Throws Forbidden when one of them is private and not allowed, Unavailable when the name has no address.
 */
export async function checkEgress(target: EgressTarget, rules: EgressRules): Promise<string[]> {
  const host = target.host.replace(/^\[|\]$/g, "").toLowerCase();
  const addresses = await resolveHost(host);
  if (isListed(host, target.port, rules.allowedPrivateHosts)) return addresses;
  const refused = addresses.find((address) => !isAllowed(address, rules));
  if (refused === undefined) return addresses;
  throw new Forbidden(
    `The host ${host} is in a private network (${refused}). Nothing was sent to it. ` +
      "The operator can allow it by its name in ALLOWED_PRIVATE_HOSTS.",
  );
}

/** True for addresses that are not of the public internet. Throws nothing: what is no address counts as private. */
export function isPrivateAddress(address: string): boolean {
  return plainAddress(address) === null || contains(notPublic, address);
}

function isAllowed(address: string, rules: EgressRules): boolean {
  if (rules.allowLoopback && contains(loopback, address)) return true;
  return !isPrivateAddress(address);
}

function isListed(host: string, port: number, allowed: readonly string[]): boolean {
  const bare = host.includes(":") ? `[${host}]` : host;
  return [host, bare, `${bare}:${port}`].some((form) => allowed.includes(form));
}

async function resolveHost(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  try {
    const found = await lookup(host, { all: true });
    const sorted = found.sort((one, other) => one.family - other.family);
    if (sorted.length > 0) return sorted.map(({ address }) => address);
  } catch (cause) {
    throw new Unavailable(`The host ${host} was not found. Check the address and the network.`, { cause });
  }
  throw new Unavailable(`The host ${host} has no address. Check the address.`);
}

function contains(list: BlockList, address: string): boolean {
  const plain = plainAddress(address);
  return plain !== null && list.check(plain, isIP(plain) === 4 ? "ipv4" : "ipv6");
}

/** An IPv4-mapped address counts as the IPv4 address in it; null: not an address, or one in an odd form. */
function plainAddress(address: string): string | null {
  const plain = /^::ffff:([\d.]+)$/i.exec(address)?.[1] ?? address;
  return isIP(plain) === 0 || /^::ffff:/i.test(plain) ? null : plain;
}

function blockList(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix, family] of ranges) list.addSubnet(network, prefix, family);
  return list;
}
