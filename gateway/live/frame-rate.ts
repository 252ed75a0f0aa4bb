/** A bucket of frames that fills by time: `take` says whether one more is within the limits. */
export function makeFrameRate(burst: number, perSecond: number): { take(nowMs: number): boolean } {
  let left = burst;
  let at = Number.NEGATIVE_INFINITY;
  return {
    take(nowMs) {
      const gained = Math.max(0, (nowMs - at) / 1_000) * perSecond;
      left = Math.min(burst, left + gained);
      at = nowMs;
      if (left < 1) return false;
      left -= 1;
      return true;
    },
  };
}
