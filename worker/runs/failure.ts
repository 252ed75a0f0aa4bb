import { messageOf, PihordevError, RepositoryError } from "../../core/errors.ts";
import type { RunFailureCode } from "../../core/run/events.ts";

/** An end of a run that the driver itself knows the reason of. */
export class RunStopped extends Error {
  constructor(
    readonly failure: RunFailureCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const BY_ERROR_CODE: Partial<Record<PihordevError["code"], RunFailureCode>> = {
  model: "model",
  sandbox: "sandbox",
  ask_timeout: "internal",
};

/** What to record as RunFailed for anything thrown while a run was prepared, driven or delivered. */
export function failureOf(thrown: unknown): { code: RunFailureCode; message: string } {
  if (thrown instanceof RunStopped) return { code: thrown.failure, message: sentence(thrown) };
  if (isDiskFull(thrown)) {
    return {
      code: "disk_full",
      message:
        "The disk of this machine is full. The run stopped and changed nothing else. Free some space, then run it again.",
    };
  }
  if (thrown instanceof RepositoryError) return { code: thrown.reason, message: sentence(thrown) };
  if (thrown instanceof PihordevError) {
    return { code: BY_ERROR_CODE[thrown.code] ?? "internal", message: sentence(thrown) };
  }
  return { code: "internal", message: `The run stopped on an error of the platform: ${sentence(thrown)}` };
}

function sentence(thrown: unknown): string {
  return messageOf(thrown).slice(0, 2_000) || "No reason was given.";
}

function isDiskFull(thrown: unknown): boolean {
  for (let error = thrown; error instanceof Error; error = error.cause) {
    if ("code" in error && error.code === "ENOSPC") return true;
    if (/ENOSPC|No space left on device|disk (is )?full/i.test(error.message)) return true;
  }
  return false;
}
