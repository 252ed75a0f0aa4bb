import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import * as z from "zod";
import { readSettings } from "../../core/settings.ts";

const FOLDER = join(import.meta.dirname, "../../docker");
const read = (name: string) => readFileSync(join(FOLDER, name), "utf8");
const service = z.looseObject({
  image: z.string(),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
});
const compose = z.looseObject({ services: z.record(z.string(), service) }).parse(parse(read("compose.yml")));

describe("compose.yml", () => {
  test("has PostgreSQL 16 with a health check, an OpenSandbox server and the app", () => {
    expect(Object.keys(compose.services)).toEqual(["database", "opensandbox", "app"]);
    expect(compose.services.database?.image).toBe("timescale/timescaledb-ha:pg16");
    expect(compose.services.database?.healthcheck?.test.join(" ")).toContain("pg_isready");
  });

  test("publishes nothing beyond loopback", () => {
    const ports = Object.values(compose.services).flatMap((each) => each.ports);
    expect(ports.length).toBe(2);
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });

  test("gives Docker's socket to the sandbox server alone", () => {
    const holders = Object.entries(compose.services).filter(([, each]) =>
      each.volumes.join().includes("docker.sock"),
    );
    expect(holders.map(([name]) => name)).toEqual(["opensandbox"]);
  });

  test("sets only what the app knows, and no secret in the clear", () => {
    const environment = compose.services.app?.environment ?? {};
    const plain = Object.entries(environment).map(
      ([name, value]) =>
        [name, value.replace(/\$\{[A-Z_]+(?::[-?]([^}]*))?\}/g, (_, fallback) => fallback ?? "x")] as const,
    );
    const settings: Record<string, unknown> = readSettings(Object.fromEntries(plain));
    expect(Object.keys(environment).filter((name) => settings[name] === undefined)).toEqual([]);
    expect(settings.HOST).toBe("127.0.0.1");
    for (const name of ["OPENSANDBOX_API_KEY", "DATABASE_URL"]) expect(environment[name]).toMatch(/\$\{/);
  });
});

test("both images have the Bun that the project is pinned to", () => {
  const described = z.object({ packageManager: z.string() }).parse(JSON.parse(read("../package.json")));
  const version = described.packageManager.replace("bun@", "");
  for (const name of ["Dockerfile", "agent.Dockerfile"]) expect(read(name)).toContain(`oven/bun:${version}-`);
});
