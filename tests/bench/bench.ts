/** One figure: every sample, and what it has to reach, for example `median ≥ 5` or `p99 ≤ 10`. */
export type Row = { label: string; unit: string; samples: number[]; target?: string };

/** What a bench file exports by default; `run.ts` finds it. */
export type Bench = {
  name: string;
  run(options: BenchOptions): Promise<{ name: string; rows: Row[] }>;
};

export type BenchOptions = {
  /** Interleaved rounds: whatever is compared takes turns, so that a disturbance meets everybody. */
  rounds: number;
  /** 1 for the real thing; smaller to see whether it works at all. */
  scale: number;
};

/** A stored file of results. */
export type Report = {
  name: string;
  date: string;
  commit: string;
  machine: string;
  rounds: number;
  rows: Row[];
};

/** The value below which this part (0 to 1) of the samples lies; 0.5 is the median. */
export function percentile(samples: readonly number[], part: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const place = (sorted.length - 1) * part;
  const [low, high] = [sorted[Math.floor(place)] ?? Number.NaN, sorted[Math.ceil(place)] ?? Number.NaN];
  return low + (high - low) * (place - Math.floor(place));
}

const TARGET = /^(median|p50|p99|max|min) ([≥≤]) ([\d.]+)$/;

/** Whether a row reaches its target; null when it has none. Throws on a target that nobody could read. */
export function isReached({ samples, target }: Row): boolean | null {
  if (target === undefined) return null;
  const [, statistic, relation, bound] = TARGET.exec(target) ?? [];
  if (!statistic) throw new Error(`"${target}" is no target: write for example "median ≥ 5".`);
  const parts: Record<string, number> = { min: 0, median: 0.5, p50: 0.5, p99: 0.99, max: 1 };
  const value = percentile(samples, parts[statistic] ?? 0.5);
  return relation === "≥" ? value >= Number(bound) : value <= Number(bound);
}
