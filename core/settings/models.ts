import * as z from "zod";

/**
 * Key variables of the model providers, by pi's provider id: each provider's usual name. Read once at boot and
 * deleted from the environment, so that no child process inherits them.
 */
export const PROVIDER_KEY_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  anthropic: ["ANTHROPIC_API_KEY"],
  openai: ["OPENAI_API_KEY"],
  google: ["GEMINI_API_KEY", "GOOGLE_API_KEY"],
  zai: ["ZAI_API_KEY"],
  openrouter: ["OPENROUTER_API_KEY"],
  groq: ["GROQ_API_KEY"],
  "github-copilot": ["COPILOT_GITHUB_TOKEN"],
  mistral: ["MISTRAL_API_KEY"],
  xai: ["XAI_API_KEY"],
  deepseek: ["DEEPSEEK_API_KEY"],
  cerebras: ["CEREBRAS_API_KEY"],
  fireworks: ["FIREWORKS_API_KEY"],
  together: ["TOGETHER_API_KEY"],
  moonshotai: ["MOONSHOT_API_KEY"],
  minimax: ["MINIMAX_API_KEY"],
  huggingface: ["HF_TOKEN"],
  "kimi-coding": ["KIMI_API_KEY"],
  "vercel-ai-gateway": ["AI_GATEWAY_API_KEY"],
  nvidia: ["NVIDIA_API_KEY"],
  baseten: ["BASETEN_API_KEY"],
  opencode: ["OPENCODE_API_KEY"],
  meta: ["META_API_KEY"],
  xiaomi: ["XIAOMI_API_KEY"],
  "qwen-token-plan": ["QWEN_TOKEN_PLAN_API_KEY"],
  "ant-ling": ["ANT_LING_API_KEY"],
  "zai-coding-cn": ["ZAI_CODING_CN_API_KEY"],
  "minimax-cn": ["MINIMAX_CN_API_KEY"],
};

export const modelSettings = {
  /** `provider/model` used when a task names none. Left out: the first provider with a key, else the rehearsal. */
  PIHORDEV_MODEL: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*\/\S+$/, { error: "write provider/model, for example demo/rehearsal" })
    .optional(),
  /** Any OpenAI-compatible endpoint (Ollama, vLLM, LiteLLM): its models are `custom/<model>`. */
  LLM_BASE_URL: z.url().optional(),
  LLM_MODEL: z.string().min(1).optional(),
  LLM_API_KEY: z.string().min(1).optional(),
  LLM_CONTEXT_WINDOW: z.coerce.number().int().positive().default(128_000),
  LLM_MAX_TOKENS: z.coerce.number().int().positive().default(16_384),
  /** Pause between the pieces that the rehearsal writes, so that a person can read along; 0: none. */
  REHEARSAL_PACE_MS: z.coerce.number().int().min(0).max(10_000).default(25),
};
