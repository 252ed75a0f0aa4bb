export type InTurn = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Lets `amount` tasks run at a time; the others wait their turn. */
export function makeSemaphore(amount: number): InTurn {
  let free = amount;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
