import { describe, expect, test } from "vitest";
import { BadInput } from "../../../core/errors.ts";
import { parseRepositoryUrl, repositoryName } from "../../../worker/git/parse-url.ts";

const LOCAL = { allowPaths: true };
const SHARED = { allowPaths: false };

describe("an address that is accepted", () => {
  test.each([
    ["https://example.com/org/repo.git", "https", "https://example.com/org/repo.git"],
    ["  https://EXAMPLE.com/org/repo/  ", "https", "https://example.com/org/repo"],
    ["https://example.com:8443/org/repo", "https", "https://example.com:8443/org/repo"],
    ["ssh://git@example.com:2222/org/repo.git", "ssh", "ssh://git@example.com:2222/org/repo.git"],
    ["git@example.com:org/repo.git", "ssh", "git@example.com:org/repo.git"],
    ["example.com:org/repo.git", "ssh", "example.com:org/repo.git"],
    ["git@example.com:/srv/repo.git", "ssh", "git@example.com:/srv/repo.git"],
    ["sample:parcel-tracker", "sample", "sample:parcel-tracker"],
  ])("%s is of kind %s", (text, kind, url) => {
    expect(parseRepositoryUrl(text, SHARED)).toEqual({ url, kind, credentials: null });
  });

  test.each([
    ["/srv/repo/", "path", "/srv/repo"],
    ["/srv/a/../repo", "path", "/srv/repo"],
    ["file:///srv/my%20repo", "path", "/srv/my repo"],
    ["http://127.0.0.1:8080/repo.git", "http", "http://127.0.0.1:8080/repo.git"],
  ])("%s is of kind %s on an install of one owner", (text, kind, url) => {
    expect(parseRepositoryUrl(text, LOCAL)).toEqual({ url, kind, credentials: null });
  });

  test("a relative path is relative to what the caller names", () => {
    const options = { allowPaths: true, relativeTo: "/srv/work" };
    expect(parseRepositoryUrl(".", options).url).toBe("/srv/work");
    expect(parseRepositoryUrl("../other", options).url).toBe("/srv/other");
  });
});

describe("credentials", () => {
  test.each([
    ["https://ada:p%40ss%25@example.com/r.git", { username: "ada", password: "p@ss%" }],
    ["https://ghp_token@example.com/r.git", { username: "ghp_token", password: "" }],
    ["https://:token@example.com/r.git", { username: "", password: "token" }],
  ])("are taken out of %s", (text, credentials) => {
    expect(parseRepositoryUrl(text, SHARED)).toEqual({
      url: "https://example.com/r.git",
      kind: "https",
      credentials,
    });
  });

  test.each([
    "ssh://git:canary-77@example.com/repo",
    "https://example.com/repo?token=canary-77",
    "https://example.com/repo#canary-77",
    "https://a:canary-77%zz@example.com/repo",
    "gopher://a:canary-77@example.com/repo",
    "-canary-77",
    "ext::sh -c canary-77",
  ])("are not repeated when %s is refused", (text) => {
    const refused = refusalOf(text, LOCAL);
    expect(refused).toBeInstanceOf(BadInput);
    expect(String(refused)).not.toContain("canary-77");
  });
});

describe("an address that is refused", () => {
  test.each([
    "",
    "   ",
    "ext::sh -c 'touch /tmp/x'",
    "fd::17",
    "EXT::sh",
    "transport-helper::x",
    "--upload-pack=touch /tmp/x",
    "-oProxyCommand=touch",
    "git@-oProxyCommand=x:repo",
    "-oProxyCommand=x@host:repo",
    "ssh://-oProxyCommand=x/repo",
    "ssh://git@-oProxyCommand=x/repo",
    "ssh://-oProxy@host/repo",
    "ssh://host/-repo",
    "host:-repo",
    "ssh://$(touch x)/repo",
    "git://example.com/repo",
    "ftp://example.com/repo",
    "https://example.com",
    "https://example.com/",
    "https:///repo",
    "https://exa mple.com/repo",
    "https://example.com/re\npo",
    "https://example.com/\u0000",
    "/srv/\ud800",
    "file://otherhost/srv/repo",
    "relative/path",
    "sample:../../etc",
  ])("%j", (text) => {
    expect(refusalOf(text, LOCAL)).toBeInstanceOf(BadInput);
  });

  test.each(["/srv/repo", "file:///srv/repo", "~/repo", "http://127.0.0.1/repo", "http://example.com/repo"])(
    "%s, where people share the installation",
    (text) => {
      expect(refusalOf(text, SHARED)).toBeInstanceOf(BadInput);
    },
  );

  test("one that is too long", () => {
    const url = `https://example.com/${"a".repeat(2_000)}`;
    expect(refusalOf(url, LOCAL)).toBeInstanceOf(BadInput);
  });

  test("says what happened and which forms there are", () => {
    expect(String(refusalOf("ext::sh", SHARED))).toContain(
      "Addresses of the form ext:: run programs and are not accepted. Use https://host/path",
    );
  });
});

test.each([
  ["https://example.com/org/repo.git", "repo"],
  ["git@example.com:repo.git", "repo"],
  ["/srv/parcel-tracker", "parcel-tracker"],
  ["/", "repository"],
])("the name of %s is %s", (url, name) => {
  expect(repositoryName(url)).toBe(name);
});

function refusalOf(text: string, options: { allowPaths: boolean }): unknown {
  try {
    return parseRepositoryUrl(text, options);
  } catch (error) {
    return error;
  }
}
