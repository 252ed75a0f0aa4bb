import { BadInput } from "../core/errors.ts";
import type { Settings } from "../core/settings.ts";

const LOOPBACK_NAMES = ["localhost", "127.0.0.1", "::1", "[::1]"];

export function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.includes(host) || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * True where others than this machine's own user may reach the page: bound to another address, or published
 * under a name that is not loopback (a proxy in front makes every request look local).
 */
export function isExposed(settings: Pick<Settings, "HOST" | "PUBLIC_URL">): boolean {
  if (!isLoopback(settings.HOST)) return true;
  return settings.PUBLIC_URL !== undefined && !isLoopback(new URL(settings.PUBLIC_URL).hostname);
}

/** Throws BadInput for a bind that people could not reach under any allowed name. */
export function checkExposure(settings: Pick<Settings, "HOST" | "PUBLIC_URL">): void {
  if (isLoopback(settings.HOST) || settings.PUBLIC_URL !== undefined) return;
  throw new BadInput(
    `HOST is ${settings.HOST}, which other machines reach, and PUBLIC_URL is not set: ` +
      "set PUBLIC_URL to the address people use, or HOST to 127.0.0.1.",
  );
}
