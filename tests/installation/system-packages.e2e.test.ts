import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Stop } from "../../worker/installation/bootstrap/stop.ts";
import {
  ensureSystemPackages,
  type SystemProgram,
} from "../../worker/installation/bootstrap/system/system-packages.ts";
import { userNamespaceAdvice } from "../../worker/installation/bootstrap/system/user-namespaces.ts";
import { temporaryFolder } from "../support/temporary-folder.ts";

const NEEDED: SystemProgram = {
  program: "pihordev-test-needed",
  package: "needed-package",
  without: "nothing works",
  needed: true,
};
const WANTED: SystemProgram = {
  ...NEEDED,
  program: "pihordev-test-wanted",
  package: "wanted-package",
  needed: false,
};

function writeProgram(folder: string, name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

/** A machine whose package lists are missing: `install` fails until `update` ran, and stdin must be closed. */
function machineWithApt(): string {
  const folder = temporaryFolder();
  const script = `read line && exit 9
echo "$DEBIAN_FRONTEND $*" >> ${folder}/asked
case "$1" in update) echo > ${folder}/updated;; install) [ -f ${folder}/updated ] || exit 100;; esac`;
  writeProgram(folder, "apt-get", script);
  return folder;
}

function printed(): string {
  return vi
    .mocked(process.stderr.write)
    .mock.calls.map(([text]) => String(text))
    .join("");
}

/** Where programs are looked for, and who asks. */
function onMachine(folder: string, uid: number): void {
  vi.stubEnv("PATH", folder);
  vi.spyOn(process, "geteuid").mockReturnValue(uid);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("missing system packages", () => {
  test("are installed by root with apt, after reading the lists anew when that is needed, with a printed line", () => {
    const folder = machineWithApt();
    onMachine(folder, 0);
    ensureSystemPackages([NEEDED, WANTED]);
    expect(printed()).toContain("Installing system packages with apt-get: needed-package wanted-package");
    const asked = readFileSync(join(folder, "asked"), "utf8").trim().split("\n");
    expect(asked.map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "noninteractive install",
      "noninteractive update",
      "noninteractive install",
    ]);
    expect(asked[2]).toMatch(/ -y .*--no-install-recommends needed-package wanted-package$/);
  });

  test("that apt cannot install end the start with apt's own words", () => {
    const folder = temporaryFolder();
    writeProgram(folder, "apt-get", "echo no such package; exit 100");
    onMachine(folder, 0);
    expect(() => ensureSystemPackages([NEEDED])).toThrow(/failed: no such package/);
  });

  test("end the start of anybody else with the exact command", () => {
    const folder = machineWithApt();
    onMachine(folder, 1000);
    expect(() => ensureSystemPackages([NEEDED, WANTED])).toThrow(
      new Stop(
        "Install the missing programs and start again: sudo apt-get install -y --no-install-recommends needed-package wanted-package",
      ),
    );
    expect(printed()).toContain("pihordev-test-needed is missing: without it nothing works.");
    expect(existsSync(join(folder, "asked"))).toBe(false);
  });

  test("that are only wanted are named, and nothing stops", () => {
    onMachine(temporaryFolder(), 1000);
    ensureSystemPackages([WANTED]);
    expect(printed()).toMatch(/sudo apt-get install -y --no-install-recommends wanted-package/);
  });

  test("of which none is missing cost no word", () => {
    const folder = temporaryFolder();
    writeProgram(folder, NEEDED.program, "true");
    onMachine(folder, 0);
    ensureSystemPackages([NEEDED]);
    expect(printed()).toBe("");
  });
});

describe("the advice on user namespaces", () => {
  function machine(setting: string, bwrap: string): string {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "setting"), setting);
    writeProgram(folder, "bwrap", bwrap);
    onMachine(folder, 1000);
    return join(folder, "setting");
  }

  test("is the one command where AppArmor restricts them and bwrap fails", () => {
    expect(userNamespaceAdvice(machine("1\n", "exit 1"))).toMatch(
      /Allow them with: sudo sysctl -w kernel\.apparmor_restrict_unprivileged_userns=0$/,
    );
  });

  test("is none where bwrap works all the same, where nothing is restricted, and where there is no AppArmor", () => {
    expect(userNamespaceAdvice(machine("1\n", "exit 0"))).toBeNull();
    expect(userNamespaceAdvice(machine("0\n", "exit 1"))).toBeNull();
    expect(userNamespaceAdvice(join(temporaryFolder(), "nothing"))).toBeNull();
  });
});
