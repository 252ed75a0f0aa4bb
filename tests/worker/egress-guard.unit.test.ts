import { describe, expect, test } from "vitest";
import { Forbidden } from "../../core/errors.ts";
import { checkEgress, isPrivateAddress, parseHostList } from "../../worker/egress-guard.ts";

const SHARED = { allowedPrivateHosts: [], allowLoopback: false };
const OWN = { allowedPrivateHosts: [], allowLoopback: true };

describe("private addresses", () => {
  test.each([
    ...["127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"],
    ...["169.254.169.254", "100.64.0.1", "0.0.0.0", "198.18.0.1", "224.0.0.1", "255.255.255.255"],
    ...["::1", "::", "fe80::1", "fd12::1", "ff02::1", "64:ff9b::a00:1", "2002:a00:1::", "2001:db8::1"],
    ...["::ffff:10.0.0.1", "::ffff:127.0.0.1", "::ffff:a00:1", "not an address"],
  ])("%s is one", (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });

  test.each(["8.8.8.8", "172.15.0.1", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2606:4700::1111"])(
    "%s is none",
    (address) => {
      expect(isPrivateAddress(address)).toBe(false);
    },
  );
});

describe("what may be reached", () => {
  test.each(["127.0.0.1", "10.1.2.3", "[::1]", "169.254.169.254", "::ffff:a00:1"])(
    "%s may not on an installation that people share",
    async (host) => {
      await expect(checkEgress({ host, port: 443 }, SHARED)).rejects.toBeInstanceOf(Forbidden);
    },
  );

  test("loopback may on an install of one owner, the rest of the network may not", async () => {
    expect(await checkEgress({ host: "127.0.0.1", port: 8080 }, OWN)).toEqual(["127.0.0.1"]);
    expect(await checkEgress({ host: "[::1]", port: 8080 }, OWN)).toEqual(["::1"]);
    await expect(checkEgress({ host: "192.168.1.10", port: 80 }, OWN)).rejects.toBeInstanceOf(Forbidden);
    await expect(checkEgress({ host: "::ffff:c0a8:10a", port: 80 }, OWN)).rejects.toBeInstanceOf(Forbidden);
  });

  test("public addresses may", async () => {
    expect(await checkEgress({ host: "8.8.8.8", port: 443 }, SHARED)).toEqual(["8.8.8.8"]);
  });

  test("the operator's list opens a host, or one port of it", async () => {
    const allowedPrivateHosts = parseHostList(" 10.0.0.5:11434, 10.0.0.6 ,, [FD00::1]:80");
    const rules = { allowedPrivateHosts, allowLoopback: false };
    expect(await checkEgress({ host: "10.0.0.5", port: 11_434 }, rules)).toEqual(["10.0.0.5"]);
    expect(await checkEgress({ host: "10.0.0.6", port: 1 }, rules)).toEqual(["10.0.0.6"]);
    expect(await checkEgress({ host: "[fd00::1]", port: 80 }, rules)).toEqual(["fd00::1"]);
    await expect(checkEgress({ host: "10.0.0.5", port: 22 }, rules)).rejects.toBeInstanceOf(Forbidden);
    await expect(checkEgress({ host: "10.0.0.7", port: 11_434 }, rules)).rejects.toBeInstanceOf(Forbidden);
  });

  test("a refusal says what was refused and who can allow it", async () => {
    await expect(checkEgress({ host: "10.1.2.3", port: 443 }, SHARED)).rejects.toThrow(
      "The host 10.1.2.3 is in a private network (10.1.2.3). Nothing was sent to it. The operator can allow it by its name in ALLOWED_PRIVATE_HOSTS.",
    );
  });
});
