import { dlopen, ptr } from "bun:ffi";

/**
 * A child process gets socket pairs from Node and Bun, and `echo > /dev/stderr` fails on a socket. So commands
 * get real pipes, from the C library, closed on exec.
 */
const O_CLOEXEC = 0o2000000;
const C_LIBRARIES = ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"];

const library = openLibrary();

/** Both ends are the caller's to close. Throws when the box has no file descriptor left. */
export function makePipe(): { readEnd: number; writeEnd: number } {
  const ends = new Int32Array(2);
  if (library.symbols.pipe2(ptr(ends), O_CLOEXEC) !== 0)
    throw new Error("No pipe can be made: too many open files.");
  return { readEnd: ends[0] ?? -1, writeEnd: ends[1] ?? -1 };
}

function openLibrary() {
  for (const name of C_LIBRARIES) {
    try {
      return dlopen(name, { pipe2: { args: ["ptr", "i32"], returns: "i32" } });
    } catch {
      // Another C library: the next name.
    }
  }
  throw new Error("The C library was not found in the box.");
}
