import IconStopped from "~icons/lucide/ban";
import IconSkills from "~icons/lucide/book-open";
import IconBox from "~icons/lucide/box";
import IconCompleted from "~icons/lucide/circle-check";
import IconPaused from "~icons/lucide/circle-pause";
import IconResumed from "~icons/lucide/circle-play";
import IconModelFailed from "~icons/lucide/cloud-alert";
import IconWorker from "~icons/lucide/cpu";
import IconBranch from "~icons/lucide/git-branch";
import IconPlatform from "~icons/lucide/info";
import IconCheckpoint from "~icons/lucide/save";
import IconPush from "~icons/lucide/upload";

const ICONS: Readonly<Record<string, typeof IconBox>> = {
  RunClaimed: IconWorker,
  RunTakenOver: IconWorker,
  RunPaused: IconPaused,
  RunResumed: IconResumed,
  RunAbortRequested: IconStopped,
  RunAborted: IconStopped,
  RunCompleted: IconCompleted,
  SandboxOpened: IconBox,
  SandboxClosed: IconBox,
  RepositoryPrepared: IconBranch,
  SkillsWritten: IconSkills,
  WorkspaceCheckpointed: IconCheckpoint,
  PushFinished: IconPush,
  LlmCallFinished: IconModelFailed,
};

/** The icon of a line of the platform. */
export function lineIcon(type: string): typeof IconBox {
  return ICONS[type] ?? IconPlatform;
}
