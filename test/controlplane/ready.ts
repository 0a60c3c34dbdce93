import { setTimeout as sleep } from 'node:timers/promises';
import { type Failure, messageOf } from '../../src/model/failure.ts';
import { ToolFailure } from '../support/toolfailure.ts';
import { type Answer, type Ask, ask, itemsOf, type Server, textAt } from './api.ts';
import { programEnded, type Started } from './spawn.ts';

/** What is waited with: until when, and for programs that must not end meanwhile. */
export interface Patience {
  readonly folder: string;
  readonly seconds: number;
  /** Reads what runs now, since more is started while others are waited for. */
  readonly started: () => readonly Started[];
}

/**
 * Asks `check` again and again until it says yes. What it throws counts as no. Throws a Failure when a program ended or
 * the time is over.
 */
export async function until(what: string, patience: Patience, check: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + patience.seconds * 1000;
  for (;;) {
    const last = await check().catch(messageOf);
    if (last === true) return;
    const gone = patience.started().find(({ child }) => child.exitCode !== null || child.signalCode !== null);
    if (gone !== undefined) throw programEnded(patience.folder, gone.record.name);
    if (performance.now() > deadline) throw late(what, patience, last);
    await sleep(50);
  }
}

function late(what: string, { seconds, folder }: Patience, last: false | string): Failure {
  const reason = last === false ? '' : ` (${last})`;
  return new ToolFailure('control-plane-late', `waited ${seconds} s in vain until ${what}${reason}`, {
    help: `the logs are in ${folder}/logs`,
  });
}

/** Whether the API server says that it is ready. */
export async function isServing(server: Server): Promise<boolean> {
  return (await ask(server, { method: 'GET', path: '/readyz' })).status === 200;
}

/** Whether the controller manager made what every namespace starts with: the ServiceAccount `default` and the root certificate. */
export async function hasNamespaceDefaults(server: Server): Promise<boolean> {
  const paths = ['/api/v1/namespaces/default/serviceaccounts/default', '/api/v1/namespaces/default/configmaps/kube-root-ca.crt'];
  const answers = await Promise.all(paths.map((path) => ask(server, { method: 'GET', path })));
  return answers.every(({ status }) => status === 200);
}

/** Whether there are `count` nodes that pods can be put on. */
export async function hasReadyNodes(server: Server, count: number): Promise<boolean> {
  const { value } = await ask(server, { method: 'GET', path: '/api/v1/nodes' });
  return itemsOf(value).filter(isSchedulable).length >= count;
}

function isSchedulable(node: unknown): boolean {
  const conditions = (node as { status?: { conditions?: readonly unknown[] } }).status?.conditions ?? [];
  const taints = (node as { spec?: { taints?: readonly unknown[] } }).spec?.taints ?? [];
  return taints.length === 0 && conditions.some((one) => textAt(one, 'type') === 'Ready' && textAt(one, 'status') === 'True');
}

/** Creates `count` nodes named `node-0`, `node-1`, … with room for everything, and waits for nothing. */
export async function createNodes(server: Server, count: number): Promise<void> {
  const room = { cpu: '10000', memory: '100Ti', 'ephemeral-storage': '100Ti', pods: '10000' };
  for (let index = 0; index < count; index++) {
    const name = `node-${index}`;
    await create(server, {
      path: '/api/v1/nodes',
      body: {
        apiVersion: 'v1',
        kind: 'Node',
        metadata: { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': 'amd64' } },
        status: { allocatable: room, capacity: room },
      },
    });
  }
}

/** Creates the default StorageClass whose claims kwok's volume stages bind. */
export async function createStorageClass(server: Server): Promise<void> {
  await create(server, {
    path: '/apis/storage.k8s.io/v1/storageclasses',
    body: {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: 'kwok-volume', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
      provisioner: 'kwok.x-k8s.io/volume',
      reclaimPolicy: 'Delete',
      volumeBindingMode: 'Immediate',
    },
  });
}

async function create(server: Server, { path, body }: Omit<Ask, 'method'>): Promise<Answer> {
  const answer = await ask(server, { method: 'POST', path, body });
  if (answer.status === 201) return answer;
  throw new ToolFailure('control-plane-refused', `POST ${path}: ${textAt(answer.value, 'message') ?? `status ${answer.status}`}`);
}
