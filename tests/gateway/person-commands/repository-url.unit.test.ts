import { homedir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BadInput } from "../../../core/errors.ts";
import { splitRepositoryUrl } from "../../../gateway/person-commands/repository-url.ts";

test.each([
  "https://example.com/team/project.git",
  "http://localhost:8080/project",
  "ssh://git@example.com:2222/project.git",
  "git@example.com:team/project.git",
  "/srv/repositories/project",
  "sample",
])("%s has no credentials and stays as it is", (url) => {
  expect(splitRepositoryUrl(` ${url}\n`)).toEqual({ url, credentials: null });
});

test.each([
  ["file:///srv/my%20project", "/srv/my project"],
  ["~/code/shop", join(homedir(), "code/shop")],
])("%s is a path of this machine", (given, url) => {
  expect(splitRepositoryUrl(given)).toEqual({ url, credentials: null });
});

test.each([
  ["https://user:secret@example.com/p.git", "https://example.com/p.git", "user", "secret"],
  ["https://token@example.com/p.git", "https://example.com/p.git", "token", ""],
  ["https://:token@example.com/p.git", "https://example.com/p.git", "", "token"],
  ["http://a%40b:p%2Fw%3A%25@localhost:81/p", "http://localhost:81/p", "a@b", "p/w:%"],
])("credentials of %s are taken out", (given, url, username, password) => {
  expect(splitRepositoryUrl(given)).toEqual({ url, credentials: { username, password } });
});

test.each([
  ["a helper program", "ext::sh -c id"],
  ["a helper program in capitals", "EXT::sh -c id"],
  ["another scheme", "ftp://example.com/p.git"],
  ["git's own unprotected scheme", "git://example.com/p.git"],
  ["an option", "--upload-pack=touch"],
  ["nothing but spaces", "  "],
  ["a file of another machine", "file://server/srv/project"],
  ["no host", "https://"],
  ["a password for ssh", "ssh://git:canary-secret@example.com/p.git"],
  ["a token as a parameter", "https://example.com/p.git?private_token=canary-secret"],
  ["a token after a hash", "https://example.com/p.git#canary-secret"],
])("%s is refused, and the message holds nothing of it", (_what, url) => {
  expect(() => splitRepositoryUrl(url)).toThrow(BadInput);
  expect(() => splitRepositoryUrl(url)).not.toThrow(/canary/);
});
