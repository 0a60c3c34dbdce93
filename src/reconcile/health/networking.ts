import type { Health } from '../../model/health.ts';
import { listAt, stringAt } from '../../model/json.ts';
import type { LiveObject } from '../../model/manifest.ts';
import { current, exists, inProgress, type Rule } from './rule.ts';

/** The kinds that bring traffic to pods. */
export const networking: Readonly<Record<string, Rule>> = {
  Service: service,
  'Ingress.networking.k8s.io': ingress,
};

/** Only a load balancer has something to wait for: its address. (kstatus waits for the cluster IP, which every admitted Service has.) */
function service(object: LiveObject): Health {
  if (stringAt(object, 'spec', 'type') !== 'LoadBalancer') return exists();
  const address = addressOf(object);
  return address === undefined ? inProgress('the load balancer has no address yet') : current(`address: ${address}`);
}

/** Many ingress controllers never publish an address, so one without is not waited for. */
function ingress(object: LiveObject): Health {
  const address = addressOf(object);
  return address === undefined ? exists() : current(`address: ${address}`);
}

/** The first address that a cloud or an ingress controller has published. */
function addressOf(object: LiveObject): string | undefined {
  const [first] = listAt(object, 'status', 'loadBalancer', 'ingress');
  return stringAt(first, 'ip') ?? stringAt(first, 'hostname');
}
