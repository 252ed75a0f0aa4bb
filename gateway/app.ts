import fastify, { type FastifyServerOptions } from "fastify";
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from "fastify-type-provider-zod";
import type { App, GatewayDeps } from "./deps.ts";
import { apiDocs } from "./plugins/api-docs.ts";
import { bodyRules } from "./plugins/bodies.ts";
import { answerProblem, errorAnswers } from "./plugins/errors.ts";
import { hostRules } from "./plugins/hosts.ts";
import { personRules, type RouteRow } from "./plugins/person.ts";
import { securityHeaders } from "./plugins/security-headers.ts";
import { blobRoutes } from "./routes/blobs.ts";
import { checkRoutes } from "./routes/checks.ts";
import { commandRoutes } from "./routes/commands.ts";
import { fileRoutes } from "./routes/files.ts";
import { healthRoutes } from "./routes/health.ts";
import { modelRoutes } from "./routes/models.ts";
import { pageRoutes } from "./routes/page.ts";
import { projectRoutes } from "./routes/projects.ts";
import { runRoutes } from "./routes/runs.ts";
import { sessionRoutes } from "./routes/session.ts";
import { taskRoutes } from "./routes/tasks.ts";
import { liveSocket, takeUpgrades } from "./socket.ts";

const MAX_HEADER_BYTES = 16 * 1024;

export type BuiltApp = { app: App; routes: readonly RouteRow[] };

/**
 * The whole gateway, not listening yet. The order is the order of the checks: name and origin, person and
 * permission, body, route. `logger` as fastify takes it; left out: silent.
 */
export async function buildApp(
  deps: GatewayDeps,
  logger: FastifyServerOptions["logger"] = false,
): Promise<BuiltApp> {
  const app: App = fastify({
    logger,
    bodyLimit: deps.settings.REQUEST_BODY_LIMIT_BYTES,
    requestTimeout: deps.settings.REQUEST_TIMEOUT_MS,
    frameworkErrors: (error, _request, reply) => answerProblem(reply, error),
    exposeHeadRoutes: false,
    forceCloseConnections: true,
    return503OnClosing: true,
    http: { maxHeaderSize: MAX_HEADER_BYTES },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);

  const sockets = await takeUpgrades(app);
  securityHeaders(app, deps.settings);
  errorAnswers(app);
  hostRules(app, deps.settings);
  const { routes } = personRules(app, deps);
  bodyRules(app, deps.settings);
  await apiDocs(app);
  liveSocket(app, deps, sockets);

  sessionRoutes(app);
  checkRoutes(app, deps);
  modelRoutes(app, deps);
  projectRoutes(app, deps);
  taskRoutes(app, deps);
  runRoutes(app, deps);
  commandRoutes(app, deps);
  blobRoutes(app, deps);
  fileRoutes(app, deps);
  healthRoutes(app, deps);
  await pageRoutes(app, deps);
  return { app, routes };
}
