import * as z from "zod";

/** A time-out or interval in milliseconds: every one is a setting, so that tests can shorten it. */
export function durationMs(fallback: number) {
  return z.coerce.number().int().min(1).max(86_400_000).default(fallback);
}

/** 1, true, yes, on and their opposites; an empty value is the default. */
export function flag(fallback: boolean) {
  return z
    .enum(["1", "true", "yes", "on", "0", "false", "no", "off", ""])
    .transform((value) => (value === "" ? fallback : ["1", "true", "yes", "on"].includes(value)))
    .default(fallback);
}
