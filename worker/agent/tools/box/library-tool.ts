import { Type } from "@earendil-works/pi-ai";
import type { ToolDefinition } from "@earendil-works/pi-coding-agent";
import * as z from "zod";
import type { ToolFacts } from "../../recording/translate.ts";
import { type RunnableTool, runTool, type ToolContext } from "./box-tool.ts";

type Report = (toolCallId: string, facts: ToolFacts) => void;

/** One of our tools as the agent library wants it. `report` is told what the model is not. */
export function libraryTool(tool: RunnableTool, context: ToolContext, report: Report): ToolDefinition {
  return {
    name: tool.name,
    label: tool.name,
    description: tool.description,
    parameters: Type.Unsafe(z.toJSONSchema(tool.schema, { io: "input" })),
    executionMode: tool.changes ? "sequential" : "parallel",
    async execute(toolCallId, args, signal) {
      const never = new AbortController().signal;
      const { text, isError, facts } = await runTool(
        tool,
        { toolCallId, args, signal: signal ?? never },
        context,
      );
      report(toolCallId, facts);
      if (isError) throw new Error(text);
      return { content: [{ type: "text", text }], details: undefined };
    },
  };
}
