import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Policy } from '../../src/authoring/policy.ts';
import type { Draft } from '../../src/compile/draft.ts';
import { enforce } from '../../src/compile/policies.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { usualRules } from '../../src/model/rendered.ts';
import { baseline, restricted } from '../../src/packs/pod-security/pod-security.ts';
import type { Cluster } from '../../src/ports.ts';
import { answered } from '../contract/cluster/asking.ts';
import { openReal } from '../contract/real.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/start.ts';
import { type Case, cases, versioned } from './pods.ts';

/** What the API server says when a rule is not kept, in its words. */
const rules: Readonly<Record<string, string>> = {
  'allowPrivilegeEscalation != false': 'privilege-escalation',
  'forbidden AppArmor profile': 'app-armor',
  'forbidden AppArmor profiles': 'app-armor',
  'forbidden sysctls': 'sysctls',
  'host namespaces': 'host-namespaces',
  'hostPath volumes': 'host-path',
  hostPort: 'host-ports',
  hostProcess: 'windows-host-process',
  'non-default capabilities': 'capabilities',
  privileged: 'privileged',
  'probe or lifecycle host': 'host-probes',
  procMount: 'proc-mount',
  'restricted volume types': 'volume-types',
  'runAsNonRoot != true': 'run-as-non-root',
  'runAsUser=0': 'run-as-user',
  seLinuxOptions: 'se-linux',
  seccompProfile: 'seccomp',
  'unrestricted capabilities': 'capabilities',
};

let plane: ControlPlane;
let cluster: Cluster;
before(async () => {
  plane = await startControlPlane({ without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] });
  cluster = openReal(plane.kubeconfig);
});
after(async () => {
  await cluster.close();
  await plane.stop();
});

describe('a namespace that enforces a Pod Security Standard refuses what the pack finds', { concurrency: false }, () => {
  for (const pack of [baseline, restricted]) {
    test(`${pack.name} of 1.35, in every field`, async () => {
      const { judged, accepted } = await compare(pack, '1.35', cases);
      // Not every combination is a pod at all; what is none says nothing about the rules.
      assert.ok(judged > 450 && accepted > 150, `${judged} of ${cases.length} pods were judged, ${accepted} accepted`);
    });
    for (const kubernetes of ['1.28', '1.29', '1.31', '1.32', '1.34']) {
      test(`${pack.name} of ${kubernetes}, where versions differ`, async () => {
        const { judged, accepted } = await compare(pack, kubernetes, versioned(cases));
        assert.ok(judged > 100 && accepted > 20, `${judged} pods were judged, ${accepted} accepted`);
      });
    }
  }
});

/** How many pods the API server judged, and accepted; each as the pack does. */
async function compare(
  pack: Policy,
  kubernetes: string,
  asked: readonly Case[],
): Promise<{ readonly judged: number; readonly accepted: number }> {
  const namespace = await namespaceFor(pack.name, kubernetes);
  const verdicts = await inParallel(asked, async ({ title, pod }) => {
    const refused = await refusedBy({ ...pod, metadata: { ...pod.metadata, namespace } });
    return { title, pod, refused };
  });
  const judged = verdicts.filter(({ refused }) => refused !== undefined);
  for (const { title, pod, refused } of judged) assert.deepEqual(foundBy(pack, pod, kubernetes), refused, title);
  return { judged: judged.length, accepted: judged.filter(({ refused }) => refused?.length === 0).length };
}

async function namespaceFor(level: string, kubernetes: string): Promise<string> {
  const name = `${level}-${kubernetes.replace('.', '-')}`;
  const prefix = 'pod-security.kubernetes.io';
  const labels = { [`${prefix}/enforce`]: level, [`${prefix}/enforce-version`]: `v${kubernetes}` };
  const manager = 'test';
  answered(await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }, { manager }));
  // Nobody else makes it where no controllers run.
  answered(await cluster.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: name } }, { manager }));
  return name;
}

/** The rules that the API server refuses `pod` for; undefined when it is no valid pod. */
async function refusedBy(pod: Manifest): Promise<readonly string[] | undefined> {
  const answer = await cluster.apply(pod, { manager: 'test', dryRun: true });
  if (answer.ok) return [];
  const { status, message } = answer.error;
  const [, reasons] = /violates PodSecurity "[^"]*": (.*)$/s.exec(message) ?? [];
  if (status !== 403 || reasons === undefined) return undefined;
  const text = `, ${reasons}`;
  const named = Object.entries(rules).flatMap(([words, rule]) => (text.includes(`, ${words} (`) ? [rule] : []));
  assert.ok(named.length > 0, message);
  return [...new Set(named)].sort();
}

function foundBy(policy: Policy, pod: Manifest, kubernetes: string): readonly string[] {
  const draft: Draft = {
    manifest: pod,
    construct: 'pod',
    chart: { name: 'x', slice: '' },
    dependsOn: [],
    rules: usualRules,
    place: () => ({}),
  };
  const env = { name: 'x', cluster: 'x', kubernetes, locksImages: false };
  const found = enforce([draft], { policies: [{ policy, exceptions: [] }], env, at: {}, root: '/' });
  return [...new Set(found.map(({ code }) => code.split('/')[2] ?? ''))].sort();
}

async function inParallel<T, U>(items: readonly T[], one: (item: T) => Promise<U>): Promise<readonly U[]> {
  const results: U[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await one(items[i] as T);
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return results;
}
