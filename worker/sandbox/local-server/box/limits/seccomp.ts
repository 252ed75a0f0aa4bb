import { REFUSED_SYSCALLS, SYSCALLS } from "./syscall-numbers.ts";

/**
 * The box's system call filter: classic BPF over `struct seccomp_data { int nr; u32 arch; u64 ip; u64 args[6] }`,
 * as the bytes that bwrap's --seccomp reads. All is allowed but what is listed: the namespaces are the wall,
 * this takes the kernel's rarely used doors away.
 */
export type Architecture = "x64" | "arm64";
type Instruction = readonly [code: number, jumpTrue: number, jumpFalse: number, k: number];

const LOAD = 0x20; // BPF_LD | BPF_W | BPF_ABS
const JUMP_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const JUMP_AT_LEAST = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const JUMP_ANY_BIT = 0x45; // BPF_JMP | BPF_JSET | BPF_K
const RETURN = 0x06; // BPF_RET | BPF_K

const NUMBER_AT = 0;
const ARCHITECTURE_AT = 4;
/** Low half of the first argument, on little-endian machines, which both of ours are. */
const FIRST_ARGUMENT_AT = 16;

const ALLOW = 0x7fff0000;
const KILL_PROCESS = 0x80000000;
const errno = (number: number) => 0x00050000 | number;
const EPERM = errno(1);
const ENOSYS = errno(38);
const EAFNOSUPPORT = errno(97);

const AUDIT_ARCHITECTURE = { x64: 0xc000003e, arm64: 0xc00000b7 } as const;
/** Numbers from here on are the x32 ABI: the same calls under other numbers. */
const X32_BIT = 0x40000000;
/** CLONE_NEW{NS,CGROUP,UTS,IPC,USER,PID,NET}; NEWTIME shares a bit with the exit signal and needs clone3. */
const NEW_NAMESPACES = 0x7e020000;
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK. AF_VSOCK would reach the hypervisor past every network namespace. */
const ALLOWED_SOCKET_FAMILIES = [1, 2, 10, 16] as const;

/** Throws for a machine without a table. */
export function seccompFilter(architecture: string): Uint8Array {
  if (architecture !== "x64" && architecture !== "arm64") {
    throw new Error(`There is no system call table for ${architecture}: boxes run on x64 and arm64.`);
  }
  return encode(instructionsFor(architecture));
}

function instructionsFor(architecture: Architecture): Instruction[] {
  const column = architecture === "x64" ? 0 : 1;
  const refused = Object.values(REFUSED_SYSCALLS).flatMap((numbers) => numbers[column] ?? []);
  const missing = [
    SYSCALLS.clone3,
    SYSCALLS.io_uring_setup,
    SYSCALLS.io_uring_enter,
    SYSCALLS.io_uring_register,
  ];
  return [
    [LOAD, 0, 0, ARCHITECTURE_AT],
    [JUMP_EQUAL, 1, 0, AUDIT_ARCHITECTURE[architecture]],
    [RETURN, 0, 0, KILL_PROCESS],
    [LOAD, 0, 0, NUMBER_AT],
    [JUMP_AT_LEAST, 0, 1, X32_BIT],
    [RETURN, 0, 0, ENOSYS],
    ...refused.flatMap((number) => answerTo(number, EPERM)),
    // Programs fall back to the older calls, whose arguments a filter can see.
    ...missing.flatMap((numbers) => answerTo(numbers[column], ENOSYS)),
    ...whenCall(SYSCALLS.clone[column], [
      [LOAD, 0, 0, FIRST_ARGUMENT_AT],
      [JUMP_ANY_BIT, 0, 1, NEW_NAMESPACES],
      [RETURN, 0, 0, EPERM],
      [RETURN, 0, 0, ALLOW],
    ]),
    ...whenCall(SYSCALLS.socket[column], [
      [LOAD, 0, 0, FIRST_ARGUMENT_AT],
      ...ALLOWED_SOCKET_FAMILIES.flatMap((family) => answerTo(family, ALLOW)),
      [RETURN, 0, 0, EAFNOSUPPORT],
    ]),
    [RETURN, 0, 0, ALLOW],
  ];
}

function answerTo(value: number, answer: number): Instruction[] {
  return [
    [JUMP_EQUAL, 0, 1, value],
    [RETURN, 0, 0, answer],
  ];
}

/** The block must return by itself: the accumulator no longer holds the call's number after it. */
function whenCall(number: number, block: Instruction[]): Instruction[] {
  return [[JUMP_EQUAL, 0, block.length, number], ...block];
}

function encode(instructions: readonly Instruction[]): Uint8Array {
  const bytes = Buffer.alloc(instructions.length * 8);
  for (const [index, [code, jumpTrue, jumpFalse, k]] of instructions.entries()) {
    bytes.writeUInt16LE(code, index * 8);
    bytes.writeUInt8(jumpTrue, index * 8 + 2);
    bytes.writeUInt8(jumpFalse, index * 8 + 3);
    bytes.writeUInt32LE(k >>> 0, index * 8 + 4);
  }
  return bytes;
}
