import { describe, expect, it } from "vitest";
import { BadInput } from "../../core/errors.ts";
import { PROVIDER_KEY_VARIABLES } from "../../core/settings/models.ts";
import { readSettings, SECRET_VARIABLES, settingsSchema } from "../../core/settings.ts";

function refusal(environment: Record<string, string>): string {
  try {
    readSettings(environment);
  } catch (thrown) {
    if (thrown instanceof BadInput) return thrown.message;
    throw thrown;
  }
  return "no refusal";
}

describe("readSettings", () => {
  it("needs no variable at all", () => {
    const settings = readSettings({});
    expect(settings.PIHORDEV_DATA).toBe(".pihordev");
    expect(settings.HOST).toBe("127.0.0.1");
    expect(settings.WORKER_CONCURRENCY).toBe(4);
    expect(settings.DATABASE_URL).toBeUndefined();
    expect(settings.providerKeys).toEqual({});
  });

  it("takes an empty variable for one that was left out", () => {
    const all = Object.fromEntries(Object.keys(settingsSchema.shape).map((name) => [name, ""]));
    expect(readSettings(all)).toEqual(readSettings({}));
  });

  it("reads numbers and switches from text", () => {
    const settings = readSettings({ PORT: "0", LEASE_TTL_MS: "1500", SANDBOX_NETWORK: "off" });
    expect(settings.PORT).toBe(0);
    expect(settings.LEASE_TTL_MS).toBe(1_500);
    expect(settings.SANDBOX_NETWORK).toBe(false);
  });

  it("names every wrong variable in one sentence", () => {
    const message = refusal({ PORT: "99999", LLM_BASE_URL: "localhost", SANDBOX_NETWORK: "perhaps" });
    expect(message).toMatch(/^Wrong settings: .*: correct these variables and start again\.$/);
    for (const name of ["PORT (", "LLM_BASE_URL (", "SANDBOX_NETWORK ("]) expect(message).toContain(name);
    expect(message).not.toContain("\n");
  });

  it.each([
    ["PORT", "eighty"],
    ["WORKER_CONCURRENCY", "0"],
    ["LEASE_TTL_MS", "1.5"],
    ["LEASE_TTL_MS", "-1"],
    ["PIHORDEV_MODEL", "gpt"],
    ["DATABASE_URL", "localhost:5432/pihordev"],
    ["WORKER_DATABASE_URL", "mysql://root@localhost/pihordev"],
  ])("refuses %s=%s", (name, value) => {
    expect(refusal({ [name]: value })).toContain(`${name} (`);
  });

  it("refuses half of an endpoint, which would be passed over without a word", () => {
    expect(refusal({ LLM_BASE_URL: "http://127.0.0.1:1/v1" })).toContain("LLM_MODEL (missing");
    expect(refusal({ LLM_MODEL: "qwen3" })).toContain("LLM_BASE_URL (missing");
  });

  it("says nothing of a wrong value that may be a secret", () => {
    expect(
      refusal({ OPENSANDBOX_URL: "user:canary@host", LLM_BASE_URL: "canary", DATABASE_URL: "canary" }),
    ).not.toContain("canary");
  });

  it("ignores variables that are not its own", () => {
    expect(readSettings({ PATH: "/bin", HOME: "/root" })).toEqual(readSettings({}));
  });
});

describe("provider keys", () => {
  it("come from each provider's usual variable", () => {
    for (const [provider, variables] of Object.entries(PROVIDER_KEY_VARIABLES)) {
      for (const name of variables)
        expect(readSettings({ [name]: " k " }).providerKeys).toEqual({ [provider]: "k" });
    }
  });

  it("are taken from the first variable that says something", () => {
    expect(readSettings({ GEMINI_API_KEY: " ", GOOGLE_API_KEY: "b" }).providerKeys).toEqual({ google: "b" });
    expect(readSettings({ GEMINI_API_KEY: "a", GOOGLE_API_KEY: "b" }).providerKeys).toEqual({ google: "a" });
  });

  it("are all on the list of what no child process inherits", () => {
    for (const name of Object.values(PROVIDER_KEY_VARIABLES).flat()) expect(SECRET_VARIABLES).toContain(name);
    const secretNames = Object.keys(settingsSchema.shape).filter((name) =>
      /KEY$|DATABASE_URL$|^BLOB_URL$/.test(name),
    );
    for (const name of secretNames) expect(SECRET_VARIABLES).toContain(name);
  });
});
