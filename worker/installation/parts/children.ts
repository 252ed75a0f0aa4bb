import { gatewayEnvironment, workerEnvironment } from "../processes/child-environment.ts";
import { keepRunning } from "../processes/keep-running.ts";
import type { ReadyLine } from "../processes/spawn-child.ts";
import type { Parts, Plan } from "./parts.ts";

/** Starts the gateway and keeps it running, from its first answer on at the same port. */
export function startGateway(plan: Plan, parts: Parts, { number, fixed }: NonNullable<Plan["port"]>): void {
  let tried = false;
  const launch = () => {
    // Somebody else may have taken the port since it was looked at: then the gateway looks for itself.
    const port = parts.pagePort ?? (fixed || !tried ? number : null);
    tried = true;
    const own = {
      PIHORDEV_DATA: plan.dataFolder,
      PORT: port === null ? undefined : String(port),
      GATEWAY_DATABASE_URL: parts.database?.urls.gatewayUrl,
    };
    return { env: gatewayEnvironment(process.env, own), firstLine: { encryptionKey: plan.encryptionKey } };
  };
  const onChange = () => tellChildren(plan, parts);
  const onReady = ({ port }: ReadyLine) => {
    parts.pagePort ??= port ?? number;
  };
  parts.gateway = keepRunning({
    name: "gateway",
    file: "gateway/main.ts",
    launch,
    onChange,
    onReady,
    say: plan.say,
  });
  onChange();
}

/** Starts the worker and keeps it running. The sandbox server's key goes through its stdin. */
export function startWorker(plan: Plan, parts: Parts): void {
  const launch = () => {
    const own = { PIHORDEV_DATA: plan.dataFolder, WORKER_DATABASE_URL: parts.database?.urls.workerUrl };
    const firstLine = { sandbox: parts.sandbox?.endpoint, encryptionKey: plan.encryptionKey };
    return { env: workerEnvironment(process.env, own), firstLine };
  };
  const onChange = () => tellChildren(plan, parts);
  parts.worker = keepRunning({ name: "worker", file: "worker/main.ts", launch, onChange, say: plan.say });
  onChange();
}

/** Who the next start has to end, should this process be killed. */
function tellChildren({ lock }: Plan, { gateway, worker }: Parts): void {
  const children = [gateway?.identity(), worker?.identity()].filter((each) => each != null);
  lock?.update({ children });
}
