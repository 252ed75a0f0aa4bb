import { posix } from "node:path";
import {
  createExtensionRuntime,
  createSyntheticSourceInfo,
  type ResourceLoader,
  type Skill,
} from "@earendil-works/pi-coding-agent";
import type { SkillReference } from "./system-prompt.ts";

type Given = { systemPrompt: string; addendum: string | null; skills: readonly SkillReference[] };

/** What the session library would look for on the host's disk: here it is only what we give it. */
export function givenResources({ systemPrompt, addendum, skills }: Given): ResourceLoader {
  const extensions = { extensions: [], errors: [], runtime: createExtensionRuntime() };
  const listed = skills.map(skillOf);
  return {
    getExtensions: () => extensions,
    getSkills: () => ({ skills: listed, diagnostics: [] }),
    getPrompts: () => ({ prompts: [], diagnostics: [] }),
    getThemes: () => ({ themes: [], diagnostics: [] }),
    getAgentsFiles: () => ({ agentsFiles: [] }),
    getSystemPrompt: () => systemPrompt,
    getSystemPromptSource: () => undefined,
    getAppendSystemPrompt: () => (addendum === null ? [] : [addendum]),
    getAppendSystemPromptSources: () => [],
    extendResources: () => {},
    reload: async () => {},
  };
}

/** The path is one in the box: the model reads it with the read tool. */
function skillOf({ name, description, path }: SkillReference): Skill {
  return {
    name,
    description,
    filePath: path,
    baseDir: posix.dirname(path),
    sourceInfo: createSyntheticSourceInfo(path, { source: "platform" }),
    disableModelInvocation: false,
  };
}
