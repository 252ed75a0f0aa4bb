import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import * as z from "zod";

/** One request and its answer. `path` has no query and starts after the base (`/v1`, or the execd's endpoint). */
export type Exchange = {
  api: "lifecycle" | "execd";
  method: string;
  path: string;
  query: URLSearchParams;
  requestJson: unknown;
  status: number;
  contentType: string;
  /** Parsed JSON, or the events of a stream; null for anything else. */
  answer: unknown;
};

const documentSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), z.json())) });
const FILES = { lifecycle: "sandbox-lifecycle.yml", execd: "execd-api.yaml" } as const;
/** Refusals of the local server that the documents have no status for. */
const OWN_REFUSALS = [403, 404, 413, 429, 501, 503];

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats(ajv);
const documents = { lifecycle: load("lifecycle"), execd: load("execd") };

/** What is wrong with the exchange by the API's documents; an empty list when nothing is. */
export function checkExchange(exchange: Exchange): string[] {
  const found = findOperation(exchange);
  const name = `${exchange.method} ${exchange.path} → ${exchange.status}`;
  if (!found) return [`${name}: the documents have no such operation`];
  return [
    ...checkQuery(found, exchange),
    ...checkRequest(found, exchange),
    ...checkAnswer(found, exchange),
  ].map((problem) => `${name}: ${problem}`);
}

type Operation = { pointer: string; value: unknown };

function load(api: keyof typeof FILES) {
  const document: unknown = parse(readFileSync(join(import.meta.dirname, FILES[api]), "utf8"));
  ajv.addSchema({ $id: api, ...z.record(z.string(), z.unknown()).parse(document) });
  return documentSchema.parse(document);
}

function findOperation({ api, method, path }: Exchange): Operation | null {
  const templates = Object.keys(documents[api].paths).sort(
    (a, b) => a.split("{").length - b.split("{").length,
  );
  for (const template of templates) {
    const pattern = new RegExp(`^${template.replace(/\{\w+\}/g, "[^/]+")}$`);
    const value = documents[api].paths[template]?.[method.toLowerCase()];
    if (!pattern.test(path) || value === undefined) continue;
    const pointer = `${api}#/paths/${template.replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D")}`;
    return { pointer: `${pointer}/${method.toLowerCase()}`, value };
  }
  return null;
}

function checkQuery(operation: Operation, { query }: Exchange): string[] {
  const parameters = z.array(
    z.looseObject({
      name: z.string().optional(),
      in: z.string().optional(),
      required: z.boolean().optional(),
    }),
  );
  const listed = parameters
    .parse(at(operation.value, "parameters") ?? [])
    .filter((one) => one.in === "query");
  const missing = listed
    .filter((one) => one.required && !query.has(one.name ?? ""))
    .map((one) => `query ${one.name} is missing`);
  const unknown = [...new Set(query.keys())].filter((name) => !listed.some((one) => one.name === name));
  return [...missing, ...unknown.map((name) => `query ${name} is not in the document`)];
}

function checkRequest(operation: Operation, { requestJson, status }: Exchange): string[] {
  // A request that was refused for its shape is meant to be wrong.
  if (requestJson === undefined || status === 400 || status === 501) return [];
  const pointer = `${operation.pointer}/requestBody/content/application~1json/schema`;
  if (at(operation.value, "requestBody", "content", "application/json", "schema") === undefined) {
    return ["the document has no JSON body here"];
  }
  return problems(pointer, requestJson, "request");
}

function checkAnswer(operation: Operation, exchange: Exchange): string[] {
  const { status, contentType, answer } = exchange;
  const described = at(operation.value, "responses", String(status));
  if (described === undefined || status >= 400) {
    if (status < 400) return ["the document has no such status"];
    if (described === undefined && !OWN_REFUSALS.includes(status)) return ["the document has no such status"];
    return problems(`${exchange.api}#/components/schemas/ErrorResponse`, answer, "answer");
  }
  const type = contentType.split(";")[0] ?? "";
  const content = at(described, "content");
  if (content === undefined) return answer === null ? [] : ["an answer without a body has one"];
  if (at(content, type) === undefined) {
    // The documents name a body that may be empty for /files/replace.
    return type === "" && answer === null ? [] : [`content type ${type} is not in the document`];
  }
  const pointer = `${operation.pointer}/responses/${status}/content/${type.replace("/", "~1")}/schema`;
  if (type === "text/event-stream") {
    return z
      .array(z.unknown())
      .parse(answer)
      .flatMap((event) => problems(pointer, event, "event"));
  }
  return type === "application/json" ? problems(pointer, answer, "answer") : [];
}

function problems(pointer: string, value: unknown, what: string): string[] {
  const validate = ajv.compile({ $ref: pointer });
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${what}${error.instancePath} ${error.message}`);
}

function at(value: unknown, ...names: string[]): unknown {
  let found = value;
  for (const name of names) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}
