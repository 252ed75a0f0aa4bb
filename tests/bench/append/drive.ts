import type { Subject } from "./subjects.ts";

/** Events a second that `callers` bring about, each on its own stream with `events` an append, for `ms`. */
export async function eventsPerSecond(
  subject: Subject,
  { callers, events, ms }: { callers: number; events: number; ms: number },
): Promise<number> {
  const start = performance.now();
  const until = start + ms;
  let written = 0;
  const caller = async () => {
    const append = subject.openStream();
    while (performance.now() < until) {
      await append(events);
      written += events;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return written / ((performance.now() - start) / 1_000);
}
