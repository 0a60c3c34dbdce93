import assert from 'node:assert/strict';
import { join } from 'node:path';
import { parseManifest } from '../../src/codec/yaml-read.ts';
import { environmentApi } from '../../src/model/declared.ts';
import { isObject, type JsonObject, listAt } from '../../src/model/json.ts';
import { type LiveObject, type Manifest, refOf } from '../../src/model/manifest.ts';
import type { Cluster } from '../../src/ports.ts';
import { removed } from '../contract/cluster/asking.ts';
import { kubeconfigFor } from '../controlplane/kubeconfig.ts';
import { freePort } from '../controlplane/port.ts';
import type { ControlPlane } from '../controlplane/start.ts';
import { type AgentProcess, runLockstep, startAgent } from '../demo/program.ts';
import { eventually } from './eventually.ts';

/** What `lockstep bootstrap dev` prints for an agent in the cluster, applied as an administrator would. */
export async function bootstrapped(admin: Cluster, folder: string, options: readonly string[]): Promise<readonly Manifest[]> {
  const image = ['--image', `registry.example.com/lockstep:1@sha256:${'a'.repeat(64)}`];
  const { exit, out, talk } = await runLockstep(folder, [
    'bootstrap',
    'dev',
    '--secret',
    'git',
    '--on-delete',
    'prune',
    ...image,
    ...options,
  ]);
  assert.equal(exit, 0, talk);
  const printed = out.split(/^---$/m).map((text) => {
    const read = parseManifest(text);
    assert.ok(read.ok);
    return read.value;
  });
  for (const manifest of printed)
    await eventually(
      `${manifest.kind} to be served`,
      async () => (await admin.apply(manifest, { manager: 'administrator' })).ok || undefined,
    );
  return printed;
}

/** The built agent as a pod of the namespace `lockstep` runs it, and where it answers. */
export interface AgentInCluster {
  readonly agent: AgentProcess;
  /** The URL of its probes and of its hook. */
  readonly probes: string;
}

/** Starts the agent, with the rights of its ServiceAccount and nothing else; its cache is in `folder`. */
export async function startInCluster(
  plane: ControlPlane,
  { project, folder }: { readonly project: string; readonly folder: string },
): Promise<AgentInCluster> {
  const address = `127.0.0.1:${await freePort()}`;
  const kubeconfig = await kubeconfigFor(plane, { namespace: 'lockstep', serviceAccount: 'lockstep' });
  const place = ['--namespace', 'lockstep', '--kubeconfig', kubeconfig, '--cache', join(folder, 'cache')];
  return { agent: startAgent(project, [...place, '--listen', address]), probes: `http://${address}` };
}

/** The Secret `git`, by which `reader` reads. */
export function gitSecret(namespace: string, password: string): Manifest {
  const data = { username: Buffer.from('reader').toString('base64'), password: Buffer.from(password).toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'git', namespace }, data };
}

/** The object Environment `dev`, or undefined. */
export async function declaredDev(admin: Cluster, namespace: string): Promise<LiveObject | undefined> {
  const answer = await admin.get(environmentApi.apiVersion, { ...environmentApi, namespace, name: 'dev' });
  assert.ok(answer.ok);
  return answer.value;
}

/** The condition Ready of the Environment `dev`, once it has this reason. */
export async function readyOnce(admin: Cluster, namespace: string, reason: string): Promise<JsonObject> {
  let status: LiveObject['status'];
  return eventually(`Ready to be ${reason}`, async () => {
    status = (await declaredDev(admin, namespace))?.status;
    return listAt(status, 'conditions')
      .filter(isObject)
      .find((condition) => condition['type'] === 'Ready' && condition['reason'] === reason);
  }).catch((cause: unknown) => {
    throw new Error(`the status was ${JSON.stringify(status)}`, { cause });
  });
}

/** Deletes a Service of the sample, and waits until it is there again. Returns it as it was. */
export async function serviceRepaired(admin: Cluster): Promise<LiveObject> {
  const services = await admin.list({ apiVersion: 'v1', kind: 'Service', namespace: 'shop', selector: '', metadataOnly: false });
  const [service] = services.ok ? services.value : [];
  assert.ok(service !== undefined);
  await removed(admin, service);
  await eventually('the Service to be back', async () => {
    const found = await admin.get('v1', refOf(service));
    return (found.ok && found.value !== undefined && found.value.metadata.uid !== service.metadata.uid) || undefined;
  });
  return service;
}
