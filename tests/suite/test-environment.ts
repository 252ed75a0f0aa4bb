import { environmentWithoutSecrets } from "../../worker/installation/bootstrap/tool.ts";

/** Settings of the person's own installation, which no test may depend on. */
const SETTING = /^(PIHORDEV_(?!TEST_)|LLM_|OPENSANDBOX_|SANDBOX_|PORT$|HOST$|PUBLIC_URL$)/;

/** The environment of tests: no keys, no settings, no colours in pipes. */
export function testEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(environmentWithoutSecrets()).filter(([name]) => !SETTING.test(name));
  const server = process.env.PIHORDEV_TEST_DATABASE_URL;
  return {
    ...Object.fromEntries(entries),
    NODE_ENV: "test",
    ...(server && { PIHORDEV_TEST_DATABASE_URL: server }),
  };
}
