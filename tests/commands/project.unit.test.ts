import { describe, it } from "vitest";
import type { Repository } from "../../core/project/events.ts";
import { badInput, given, rejected, uuid } from "../support/given.ts";

const link = (url: string, kind: Repository["kind"], name = "Shop") => ({
  type: "LinkProject" as const,
  data: { projectId: uuid(2), name, repository: { url, kind, credentialId: null }, defaultBranch: null },
});

const linked = (url: string, kind: Repository["kind"]) => ({
  type: "ProjectLinked",
  data: { name: "Shop", repository: { url, kind, credentialId: null }, defaultBranch: null },
});

const refusal = badInput(
  "The repository's address holds credentials: they are kept apart from it, leave them out.",
);

describe("LinkProject", () => {
  it("links a repository", () => {
    given()
      .when(link("/srv/shop@2", "path"))
      .then([linked("/srv/shop@2", "path")]);
  });

  it("refuses an id that a project has already", () => {
    given(linked("/srv/shop", "path"))
      .when(link("/srv/shop", "path"))
      .then(rejected('This project is linked already as "Shop": give the new one its own id.'));
  });

  it("refuses an empty name", () => {
    given()
      .when(link("/srv/shop", "path", " "))
      .then(badInput("The project's name is empty: give it at least one word."));
  });

  it.each([
    ["https://user:secret@example.com/shop.git", "https"],
    ["https://token@example.com/shop.git", "https"],
    ["http://user:pa@ss@example.com/shop.git", "http"],
    ["ssh://git:secret@example.com/shop.git", "ssh"],
  ] as const)("refuses credentials in %s: an event is kept for ever", (url, kind) => {
    given().when(link(url, kind)).then(refusal);
  });

  it.each([
    ["ssh://git@example.com/shop.git", "ssh"],
    ["git@example.com:shop.git", "ssh"],
    ["https://example.com/a@b/shop.git", "https"],
  ] as const)("takes %s, which holds none", (url, kind) => {
    given()
      .when(link(url, kind))
      .then([linked(url, kind)]);
  });
});
