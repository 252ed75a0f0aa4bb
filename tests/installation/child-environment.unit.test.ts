import { describe, expect, test } from "vitest";
import { SECRET_VARIABLES } from "../../core/settings.ts";
import {
  gatewayEnvironment,
  workerEnvironment,
} from "../../worker/installation/processes/child-environment.ts";

const SECRETS = Object.fromEntries(SECRET_VARIABLES.map((name) => [name, `secret-${name}`]));
const PERSON = {
  ...SECRETS,
  PATH: "/usr/bin",
  HOME: "/home/person",
  LC_ALL: "C.UTF-8",
  PIHORDEV_MODEL: "anthropic/claude",
  LOG_POLL_MS: "100",
  HTTPS_PROXY: "http://proxy:1",
  SSH_AUTH_SOCK: "/run/agent",
  AWS_SECRET_ACCESS_KEY: "aws",
  SOMETHING_ELSE: "else",
};

describe("the gateway's environment", () => {
  const given = gatewayEnvironment(PERSON, { PORT: "3000", GATEWAY_DATABASE_URL: "postgres://gateway" });

  test("has the machine's basics, the settings and its own database", () => {
    expect(given).toMatchObject({ PATH: "/usr/bin", LC_ALL: "C.UTF-8", LOG_POLL_MS: "100", PORT: "3000" });
    expect(given.GATEWAY_DATABASE_URL).toBe("postgres://gateway");
  });

  test("has no secret but the blob store's, and nothing it does not need", () => {
    const secrets = Object.values(given).filter((value) => value.startsWith("secret-"));
    expect(secrets).toEqual(["secret-BLOB_URL"]);
    for (const name of ["HTTPS_PROXY", "SSH_AUTH_SOCK", "AWS_SECRET_ACCESS_KEY", "SOMETHING_ELSE"]) {
      expect(given).not.toHaveProperty(name);
    }
  });
});

describe("the worker's environment", () => {
  const given = workerEnvironment(PERSON, { WORKER_DATABASE_URL: "postgres://worker" });

  test("has the providers' keys and what it needs to call out", () => {
    expect(given).toMatchObject({
      ANTHROPIC_API_KEY: "secret-ANTHROPIC_API_KEY",
      LLM_API_KEY: "secret-LLM_API_KEY",
      HTTPS_PROXY: "http://proxy:1",
      SSH_AUTH_SOCK: "/run/agent",
    });
  });

  test("has no other database than its own, no encryption key and nothing else", () => {
    expect(given.WORKER_DATABASE_URL).toBe("postgres://worker");
    const others = [
      "DATABASE_URL",
      "GATEWAY_DATABASE_URL",
      "AUTH_DATABASE_URL",
      "ENCRYPTION_KEY",
      "OPENSANDBOX_API_KEY",
    ];
    for (const name of [...others, "AWS_SECRET_ACCESS_KEY", "SOMETHING_ELSE"])
      expect(given).not.toHaveProperty(name);
  });

  test("an empty variable is left out", () => {
    expect(workerEnvironment({ PATH: "/bin", LLM_MODEL: "" }, { WORKER_DATABASE_URL: undefined })).toEqual({
      PATH: "/bin",
    });
  });
});
