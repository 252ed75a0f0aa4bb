import type { FastifyRequest } from "fastify";
import { Forbidden, NotFound, Unauthenticated } from "../../core/errors.ts";
import { isAllowed, type Permission, type Role } from "../../core/permissions.ts";
import { localOwner } from "../../sql/local-owner.ts";
import type { App, GatewayDeps } from "../deps.ts";
import { isExposed } from "../exposure.ts";

/** Who asks, in which organization. */
export type Person = {
  personId: string;
  personName: string;
  orgId: string;
  slug: string;
  organizationName: string;
  role: Role;
};

/** What a route asks for: a row of the permissions table, any member, the command's own row, or nothing. */
export type RoutePermission = Permission | "member" | "by command" | "public";

declare module "fastify" {
  interface FastifyContextConfig {
    permission?: RoutePermission;
  }
  interface FastifyRequest {
    /** Null only on public routes. */
    person: Person | null;
  }
}

export type RouteRow = { method: string; url: string; permission: RoutePermission };

/** Knows the person of each request, and refuses routes that name no permission and people who lack it. */
export function personRules(app: App, deps: GatewayDeps): { routes: RouteRow[] } {
  const routes: RouteRow[] = [];
  const whoIs = makeWhoIs(deps);
  app.decorateRequest("person", null);
  app.addHook("onRoute", ({ method, url, config }) => {
    const permission = config?.permission ?? (url.startsWith("/api/docs") ? "public" : undefined);
    if (permission === undefined) throw new Error(`Route ${method} ${url} names no permission.`);
    routes.push({ method: String(method), url, permission });
  });
  app.addHook("onRequest", async (request) => {
    const permission = request.routeOptions.config.permission;
    if (permission === undefined || permission === "public") return;
    request.person = await whoIs();
    requireOrganization(request.person, namedOrganization(request));
    if (permission !== "member" && permission !== "by command") requirePermission(request.person, permission);
  });
  return { routes };
}

/** The organization that a request names: `x-organization`, or on a socket, which has no headers, `?organization=`. */
function namedOrganization(request: FastifyRequest): string | null {
  const { "x-organization": header } = request.headers;
  return header?.toString() ?? new URL(request.url, "http://localhost").searchParams.get("organization");
}

function requireOrganization(person: Person, slug: string | null): void {
  if (slug === null || slug === person.slug) return;
  throw new NotFound("There is no such organization, or you are no member of it.");
}

/** The person of a request whose route is not public. */
export function personOf(request: FastifyRequest): Person {
  if (request.person === null) throw new Unauthenticated("Sign in to go on.");
  return request.person;
}

export function requirePermission(person: Person, permission: Permission): void {
  if (isAllowed(person.role, permission)) return;
  throw new Forbidden(
    `Your role in ${person.organizationName} is ${person.role}, which may not do this: ask an owner or admin.`,
  );
}

/** Until sign-in exists there is one person: the owner of this machine, and only where nobody else can knock. */
function makeWhoIs({ settings, pool }: GatewayDeps): () => Promise<Person> {
  let owner: Person | null = null;
  return async () => {
    if (isExposed(settings)) {
      throw new Unauthenticated(
        "This installation is reachable from other machines and people cannot sign in yet: use it on localhost, without PUBLIC_URL.",
      );
    }
    const known = owner ?? { ...(await localOwner(pool)), role: "owner" as const };
    owner = known;
    return known;
  };
}
