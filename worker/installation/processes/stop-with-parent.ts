/**
 * Preloaded into every process that another one of ours starts: when that parent is gone, however it ended, this
 * process asks itself to stop, so that a killed parent leaves no orphan.
 */
const parent = Number(process.env.PIHORDEV_PARENT_PID);
const POLL_MS = 250;
/** Longer than any orderly stop may take. */
const LAST_RESORT_MS = 60_000;

if (Number.isInteger(parent) && parent > 0) {
  // A process that this one starts has another parent: it must not inherit the watch.
  delete process.env.PIHORDEV_PARENT_PID;
  const poll = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(poll);
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => process.exit(1), LAST_RESORT_MS).unref();
  }, POLL_MS);
  poll.unref();
}

export {};
