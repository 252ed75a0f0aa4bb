/** How figures are written, section by section of the page the same. Input in the units of the events. */
const LOCALE = "en-US";
const dollars = new Intl.NumberFormat(LOCALE, { style: "currency", currency: "USD" });
const whole = new Intl.NumberFormat(LOCALE);
const oneDigit = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const clockSeconds = new Intl.DateTimeFormat(LOCALE, {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});
const day = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });

export const UNKNOWN = "—";

const MICRO = 1_000_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Micro-dollars as `$1,628.95`; under a cent `< $0.01`, never scientific; null: no price is known. */
export function money(microdollars: number | null): string {
  if (microdollars === null) return UNKNOWN;
  if (microdollars > 0 && microdollars < MICRO / 100) return "< $0.01";
  return dollars.format(microdollars / MICRO);
}

/** Dollars per million tokens of a catalogue: `$3.00`, and four digits where two would say zero. */
export function price(perMillion: number): string {
  if (perMillion > 0 && perMillion < 0.01) return `$${perMillion.toFixed(4)}`;
  return dollars.format(perMillion);
}

/** `980`, `41.2k`, `412k`, `118.5M`. The exact count belongs in the tooltip: `exact`. */
export function tokens(count: number): string {
  if (count < 1_000) return whole.format(count);
  if (count < 99_950) return `${trimmed(count / 1_000)}k`;
  if (count < 999_500) return `${Math.round(count / 1_000)}k`;
  return `${oneDigit.format(count / 1_000_000)}M`;
}

export function exact(count: number): string {
  return whole.format(count);
}

/** `420 ms`, `4.2 s`, `18 s`, `2 min 35 s`, `1 h 04 min`. */
export function duration(ms: number): string {
  if (ms < SECOND) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9_950) return `${oneDigit.format(ms / SECOND)} s`;
  return elapsed(ms);
}

/** Like `duration`, in whole seconds: for what ticks. */
export function elapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / SECOND));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${twoDigits(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** `40 s`, `18 min`, `1 h 04 min`: where seconds would only flicker. */
export function roughly(ms: number): string {
  if (ms < MINUTE || ms >= HOUR) return elapsed(ms);
  return `${Math.floor(ms / MINUTE)} min`;
}

/** `40 s ago`, `2 min ago`, `3 h ago`, then the date. */
export function ago(iso: string, now: number): string {
  const ms = now - Date.parse(iso);
  if (Number.isNaN(ms)) return UNKNOWN;
  if (ms < 5 * SECOND) return "just now";
  if (ms < MINUTE) return `${Math.floor(ms / SECOND)} s ago`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`;
  if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`;
  return day.format(Date.parse(iso));
}

/** `10:58` of the reader's zone. */
export function timeOfDay(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? UNKNOWN : clock.format(at);
}

export function timeWithSeconds(iso: string): string {
  const at = Date.parse(iso);
  return Number.isNaN(at) ? UNKNOWN : clockSeconds.format(at);
}

/** `812 B`, `64.0 kB`, `1.2 MB`. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  if (count < MICRO) return `${oneDigit.format(count / 1_000)} kB`;
  return `${oneDigit.format(count / MICRO)} MB`;
}

export function shortCommit(commit: string): string {
  return commit.slice(0, 7);
}

function trimmed(value: number): string {
  return oneDigit.format(value).replace(/\.0$/, "");
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
