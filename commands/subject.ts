import type { CommandContext, Decider } from "../core/decider.ts";
import type { NewEvent, RecordedEvent } from "../core/event.ts";
import { isErased, type KnownEvent, parseEvent } from "../core/event-catalog.ts";
import { type ProjectCommand, projectCommands } from "../core/project/commands.ts";
import { projectEvents } from "../core/project/events.ts";
import { type RunCommand, runCommands } from "../core/run/commands.ts";
import { runEvents } from "../core/run/events.ts";
import { streamName } from "../core/stream-name.ts";
import { type TaskCommand, taskCommands } from "../core/task/commands.ts";
import { taskEvents } from "../core/task/events.ts";
import { withoutPayload } from "./erased.ts";
import { projectDecider } from "./project.ts";
import { runDecider } from "./run.ts";
import { checkTakesRuns, taskDecider } from "./task.ts";

export type AnyCommand = TaskCommand | RunCommand | ProjectCommand;

/** What a command is about: its stream, and its decision on that stream's history. */
export type Subject = {
  stream: string;
  decide: (history: readonly RecordedEvent[], context: CommandContext) => NewEvent[];
  /** Another stream that has a say: it is looked at before, and may move on meanwhile. */
  guard?: { stream: string; check: (history: readonly RecordedEvent[]) => void };
};

/** The lookup from a command's type to its stream and decider. */
export function subjectOf(command: AnyCommand): Subject {
  if (isTaskCommand(command)) {
    return {
      stream: streamName("task", command.data.taskId),
      decide: decision(taskDecider, command, isTaskEvent),
    };
  }
  if (isRunCommand(command)) {
    const subject = {
      stream: streamName("run", command.data.runId),
      decide: decision(runDecider, command, isRunEvent),
    };
    return command.type === "RequestRun" ? { ...subject, guard: openTask(command.data.taskId) } : subject;
  }
  return {
    stream: streamName("project", command.data.projectId),
    decide: decision(projectDecider, command, isProjectEvent),
  };
}

function openTask(taskId: string): NonNullable<Subject["guard"]> {
  return {
    stream: streamName("task", taskId),
    check: (history) => checkTakesRuns(fold(taskDecider, history, isTaskEvent)),
  };
}

function decision<State, Command, Event extends NewEvent>(
  decider: Decider<State, Command, Event>,
  command: Command,
  isOurs: (event: KnownEvent) => event is KnownEvent & Event,
): Subject["decide"] {
  return (history, context) => decider.decide(command, fold(decider, history, isOurs), context);
}

function fold<State, Command, Event extends NewEvent>(
  { evolve, initialState }: Decider<State, Command, Event>,
  history: readonly RecordedEvent[],
  isOurs: (event: KnownEvent) => event is KnownEvent & Event,
): State {
  return history.map(readable).filter(isOurs).reduce<State>(evolve, initialState);
}

function readable(event: RecordedEvent): KnownEvent {
  return parseEvent(isErased(event) ? withoutPayload(event) : event);
}

type Of<Group> = Extract<KnownEvent, { type: keyof Group }>;

function isTaskEvent(event: KnownEvent): event is Of<typeof taskEvents> {
  return event.type in taskEvents;
}

function isRunEvent(event: KnownEvent): event is Of<typeof runEvents> {
  return event.type in runEvents;
}

function isProjectEvent(event: KnownEvent): event is Of<typeof projectEvents> {
  return event.type in projectEvents;
}

function isTaskCommand(command: AnyCommand): command is TaskCommand {
  return command.type in taskCommands;
}

function isRunCommand(command: AnyCommand): command is RunCommand {
  return command.type in runCommands;
}

/** Every command type there is: a test keeps the lookup and the permissions complete. */
export const COMMAND_TYPES: readonly string[] = [taskCommands, runCommands, projectCommands].flatMap(
  Object.keys,
);
