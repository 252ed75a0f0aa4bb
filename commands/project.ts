import type { Decider } from "../core/decider.ts";
import { BadInput, CommandRejected } from "../core/errors.ts";
import type { ProjectCommand } from "../core/project/commands.ts";
import type { Repository } from "../core/project/events.ts";
import { evolveProject, noProject, type ProjectEvent, type ProjectState } from "../core/project/state.ts";

/** none → linked. */
export const projectDecider: Decider<ProjectState, ProjectCommand, ProjectEvent> = {
  initialState: noProject,
  evolve: evolveProject,
  decide({ data: { name, repository, defaultBranch } }, state) {
    if (state.status === "linked") {
      throw new CommandRejected(
        `This project is linked already as "${state.name}": give the new one its own id.`,
      );
    }
    if (name.trim() === "") throw new BadInput("The project's name is empty: give it at least one word.");
    refuseCredentials(repository);
    return [{ type: "ProjectLinked", data: { name, repository, defaultBranch } }];
  },
};

/** An event is kept for ever and read by every member: credentials belong in the vault, never in a URL here. */
function refuseCredentials({ url, kind }: Repository): void {
  if (kind === "path" || kind === "sample") return;
  const authority = /^[a-z+]+:\/\/([^/]*)@/i.exec(url)?.[1];
  if (authority === undefined) return;
  if (kind === "ssh" && !authority.includes(":")) return;
  throw new BadInput(
    "The repository's address holds credentials: they are kept apart from it, leave them out.",
  );
}
