import { createHash } from "node:crypto";
import type { Settings } from "../../../../core/settings.ts";
import { makeScrubber } from "../../../../worker/agent/recording/scrub.ts";
import { allTools } from "../../../../worker/agent/tools/all-tools.ts";
import { type FinishedCall, runTool, type ToolContext } from "../../../../worker/agent/tools/box/box-tool.ts";
import type { Sandbox } from "../../../../worker/sandbox/sandbox.ts";

export const SECRET = "canary-value-4c1d";

export type ToolBench = {
  call(tool: string, args: unknown, signal?: AbortSignal): Promise<FinishedCall>;
  blobs: Map<string, Uint8Array>;
  live: string[];
};

/** The tools on a real box, without a model. */
export function toolBench(sandbox: Sandbox, settings: Settings): ToolBench {
  const blobs = new Map<string, Uint8Array>();
  const live: string[] = [];
  const context: ToolContext = {
    sandbox,
    settings,
    scrub: makeScrubber([SECRET]).scrub,
    async putBlob(bytes) {
      const name = createHash("sha256").update(bytes).digest("hex");
      blobs.set(name, bytes);
      return name;
    },
    live: (_toolCallId, text) => live.push(text),
  };
  let calls = 0;
  return {
    blobs,
    live,
    call(name, args, signal = new AbortController().signal) {
      const tool = allTools.find((candidate) => candidate.name === name);
      if (!tool) throw new Error(`There is no tool ${name}.`);
      calls += 1;
      return runTool(tool, { toolCallId: `call/${calls}`, args, signal }, context);
    },
  };
}
