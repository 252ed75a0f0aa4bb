import { expect, test } from "vitest";
import { seccompFilter } from "../../../../../../worker/sandbox/local-server/box/limits/seccomp.ts";
import {
  REFUSED_SYSCALLS,
  SYSCALLS,
} from "../../../../../../worker/sandbox/local-server/box/limits/syscall-numbers.ts";

const ALLOW = 0x7fff0000;
const EPERM = 0x00050001;
const ENOSYS = 0x00050026;
const EAFNOSUPPORT = 0x00050061;
const KILL = 0x80000000;
const ARCHITECTURES = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
type Name = keyof typeof ARCHITECTURES;

/** What the kernel's interpreter would answer: only the instructions that the filter may use. */
function answer(name: Name, call: { nr: number; argument?: number; architecture?: number }): number {
  const code = Buffer.from(seccompFilter(name));
  const data: Record<number, number> = {
    0: call.nr,
    4: call.architecture ?? ARCHITECTURES[name],
    16: call.argument ?? 0,
  };
  let accumulator = 0;
  for (let at = 0; at < code.length / 8; at++) {
    const [op, jumpTrue, jumpFalse, k] = [
      code.readUInt16LE(at * 8),
      code.readUInt8(at * 8 + 2),
      code.readUInt8(at * 8 + 3),
      code.readUInt32LE(at * 8 + 4),
    ];
    if (op === 0x20) accumulator = data[k] ?? Number.NaN;
    else if (op === 0x15) at += accumulator === k ? jumpTrue : jumpFalse;
    else if (op === 0x35) at += accumulator >>> 0 >= k ? jumpTrue : jumpFalse;
    else if (op === 0x45) at += (accumulator & k) !== 0 ? jumpTrue : jumpFalse;
    else if (op === 0x06) return k;
    else throw new Error(`instruction ${op}`);
  }
  throw new Error("the filter has no end");
}

test.each(["x64", "arm64"] as const)("%s: every listed call is refused", (name) => {
  const column = name === "x64" ? 0 : 1;
  const refused = Object.values(REFUSED_SYSCALLS).flatMap((numbers) => numbers[column] ?? []);
  expect(refused.length).toBeGreaterThan(40);
  expect(refused.map((nr) => answer(name, { nr }))).toEqual(refused.map(() => EPERM));
  for (const call of [SYSCALLS.clone3, SYSCALLS.io_uring_setup])
    expect(answer(name, { nr: call[column] })).toBe(ENOSYS);
});

test.each(["x64", "arm64"] as const)("%s: a thread or a child may be made, a namespace not", (name) => {
  const nr = SYSCALLS.clone[name === "x64" ? 0 : 1];
  expect(answer(name, { nr, argument: 0x3d0f00 })).toBe(ALLOW);
  expect(answer(name, { nr, argument: 17 })).toBe(ALLOW);
  for (const flag of [0x10000000, 0x20000, 0x20000000, 0x40000000, 0x02000000, 0x04000000, 0x08000000]) {
    expect(answer(name, { nr, argument: flag | 17 })).toBe(EPERM);
  }
});

test.each(["x64", "arm64"] as const)("%s: only local, internet and netlink sockets", (name) => {
  const nr = SYSCALLS.socket[name === "x64" ? 0 : 1];
  const answers = Array.from({ length: 46 }, (_, argument) => answer(name, { nr, argument }));
  expect(answers.flatMap((one, family) => (one === ALLOW ? [family] : []))).toEqual([1, 2, 10, 16]);
  expect(new Set(answers)).toEqual(new Set([ALLOW, EAFNOSUPPORT]));
});

test("other calls pass, other machines' and x32 calls do not", () => {
  for (const nr of [0, 1, 59, 257, 9_999]) expect(answer("x64", { nr })).toBe(ALLOW);
  expect(answer("x64", { nr: 0, architecture: 0x40000003 })).toBe(KILL);
  expect(answer("x64", { nr: 0x40000000 + 101 })).toBe(ENOSYS);
});

test("a machine without a table is named", () => {
  expect(() => seccompFilter("riscv64")).toThrow(/riscv64/);
});
