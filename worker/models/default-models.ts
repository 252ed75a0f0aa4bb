/**
 * The model a person gets who gave a key and named no model: current, able to work with tools, not the dearest.
 * In the order in which providers are preferred; a test checks every one against the catalogue.
 */
export const DEFAULT_MODELS: readonly (readonly [provider: string, model: string])[] = [
  ["anthropic", "claude-sonnet-5"],
  ["openai", "gpt-5.5"],
  ["google", "gemini-3.1-pro-preview"],
  ["zai", "glm-5.3"],
  ["openrouter", "moonshotai/kimi-k2.6"],
  ["github-copilot", "gpt-5.4"],
  ["xai", "grok-4.7"],
  ["deepseek", "deepseek-v4-pro"],
  ["mistral", "devstral-medium-latest"],
  ["moonshotai", "kimi-k2.6"],
  ["kimi-coding", "kimi-for-coding"],
  ["groq", "openai/gpt-oss-120b"],
  ["cerebras", "gpt-oss-120b"],
  ["fireworks", "accounts/fireworks/models/kimi-k2p6"],
  ["together", "moonshotai/Kimi-K2.6"],
  ["minimax", "MiniMax-M2.7"],
  ["huggingface", "moonshotai/Kimi-K2.6"],
  ["vercel-ai-gateway", "zai/glm-5.1"],
  ["nvidia", "nvidia/nemotron-3-super-120b-a12b"],
  ["baseten", "zai-org/GLM-5.2"],
  ["opencode", "kimi-k2.6"],
  ["meta", "muse-spark-1.3"],
  ["xiaomi", "mimo-v2.5-pro"],
  ["qwen-token-plan", "qwen3.7-max"],
  ["ant-ling", "Ring-2.6-1T"],
  ["zai-coding-cn", "glm-5.3"],
  ["minimax-cn", "MiniMax-M2.7"],
];
