import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { EnvironmentStatus } from '../../src/model/event.ts';
import { type Json, type JsonObject, listAt, stringAt } from '../../src/model/json.ts';
import { type Manifest, refOf } from '../../src/model/manifest.ts';
import { formatRef } from '../../src/model/ref.ts';
import type { PatchOperation } from '../../src/ports.ts';
import { startWebhook, type Verdict, type Webhook } from '../support/webhook.ts';
import { eventually, isAbout, statusNow, statusOnce } from './eventually.ts';
import { type Intruder, intruder, still, witnessed } from './intruder.ts';
import { configMap, deployment, namespace } from './manifests.ts';
import { later, ofType, openStage, type Rest, type Running, type Stage } from './stage.ts';

/** One agent on an API server where webhooks and policies have a say, too. */
let stage: Stage;
let agent: Running;
let who: Intruder;
let webhook: Webhook;

const meshed = namespace('meshed');
const guarded = namespace('guarded');
const free = namespace('free');
const homes = [meshed, guarded, free, namespace('gone'), namespace('silent')];

const web = (replicas: number): Manifest => deployment('meshed', 'web', { replicas, image: 'registry.example/web:1' });
const api = deployment('meshed', 'api', { replicas: 0, image: 'elsewhere.example/api:1' });
const base = [...homes, web(0), api];

/** Takes images from a mirror, gives the API a proxy, and takes no value that is bad. */
function judge(object: JsonObject): Verdict {
  if (stringAt(object, 'data', 'value') === 'bad') return { denied: 'the value is "bad": ask the platform team' };
  const containers = listAt(object, 'spec', 'template', 'spec', 'containers');
  const mirrored = containers.flatMap((container, i): readonly PatchOperation[] => {
    const image = stringAt(container, 'image') ?? '';
    if (!image.startsWith('registry.example/')) return [];
    return [{ op: 'replace', path: `/spec/template/spec/containers/${i}/image`, value: image.replace('registry', 'mirror') }];
  });
  const isOpen = stringAt(object, 'metadata', 'name') === 'api' && containers.length === 1;
  const proxy: Json = { name: 'proxy', image: 'mirror.example/proxy:1' };
  return { patch: isOpen ? [...mirrored, { op: 'add', path: '/spec/template/spec/containers/-', value: proxy }] : mirrored };
}

const policy: readonly Manifest[] = [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'few' },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups: ['apps'], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['deployments'] }],
      },
      validations: [{ expression: 'object.spec.replicas <= 5', message: 'no more than 5 replicas without a ticket' }],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'few' },
    spec: { policyName: 'few', validationActions: ['Deny'] },
  },
];

async function setUp(...manifests: readonly Manifest[]): Promise<void> {
  for (const manifest of manifests) {
    const answer = await stage.admin.apply(manifest, { manager: 'administrator' });
    assert.ok(answer.ok, answer.ok ? '' : answer.error.message);
  }
}

/** Waits until the API server calls what it was told to, a little later: until a dry run of `manifest` fits. */
async function inForce(manifest: Manifest, fits: (answer: Awaited<ReturnType<Stage['admin']['apply']>>) => boolean): Promise<void> {
  await eventually(
    'the webhook or the policy',
    async () => fits(await stage.admin.apply(manifest, { manager: 'administrator', dryRun: true })) || undefined,
  );
}

before(async () => {
  stage = await openStage('admitted', {
    controlPlane: { audit: 'Metadata', without: ['kube-controller-manager', 'kube-scheduler', 'kwok'] },
  });
  who = intruder(stage);
  webhook = await startWebhook(stage.plane, judge);
  const everything = homes.flatMap(({ metadata: { name } }) => [configMap(name, 'any', ''), deployment(name, 'any')]);
  await stage.allow([...homes, ...everything]);
  await setUp(...policy, webhook.configuration('Mutating', { namespace: 'meshed', resources: ['deployments'] }));
  await setUp(webhook.configuration('Validating', { namespace: 'guarded', resources: ['configmaps'] }));
  await inForce(web(0), (answer) => answer.ok && imageOf(answer.value.object) === 'mirror.example/web:1');
  await inForce(web(6), (answer) => !answer.ok);
  await inForce(configMap('guarded', 'any', 'bad'), (answer) => !answer.ok);
});
after(async () => {
  await stage.close();
  await webhook.close();
});

const imageOf = (object: Json | undefined): string | undefined => stringAt(object, 'spec', 'template', 'spec', 'containers', 0, 'image');
const containersOf = (object: Json | undefined): readonly Json[] => listAt(object, 'spec', 'template', 'spec', 'containers');
const inWords = ({ rewritten }: Pick<EnvironmentStatus, 'rewritten'>) =>
  rewritten.map(({ ref, fields }) => [formatRef(ref), ...fields].join(' ')).sort();
const told = (): readonly string[] => inWords({ rewritten: agent.events.filter(ofType('rewritten')) });

const image = 'Deployment/meshed/web /spec/template/spec/containers/0/image';
const proxy = 'Deployment/meshed/api /spec/template/spec/containers/1';

const applied = (manifest: Manifest) => ofType('applied', (event) => isAbout(event, manifest));

/** Publishes, and waits until nothing is left to do. */
async function publish(manifests: readonly Manifest[]): Promise<void> {
  const revision = await stage.publish(manifests);
  await agent.until(
    ofType('synced', (event) => event.revision === revision),
    `the sync of ${revision}`,
  );
}

/** What was asked about the objects that webhooks change. */
const asked = () => witnessed(stage).filter(({ object }) => object.startsWith('deployments/meshed/'));

test('what webhooks rewrite and inject is told once, stands in the status, and is not fought', async () => {
  agent = stage.agent();
  await publish(base);
  assert.deepEqual(told(), [proxy, image]);
  assert.equal(imageOf(await who.live(web(0))), 'mirror.example/web:1');
  assert.equal(containersOf(await who.live(api)).length, 2);
  const done = asked();
  assert.deepEqual(inWords(await statusOnce(stage, ({ rewritten }) => rewritten.length === 2, 'both')), [proxy, image]);
  await still(stage);
  assert.deepEqual(asked(), done);
});

test('another agent says nothing of it anew, not even when something else is put right', async () => {
  await agent.stop();
  const done = asked();
  agent = stage.agent();
  await still(stage);
  assert.deepEqual(agent.events, []);
  await who.scale(3)(web(0));
  await agent.until(applied(web(0)), 'the repair');
  await still(stage);
  assert.deepEqual(asked(), [...done, { verb: 'patch', object: 'deployments/meshed/web' }]);
  assert.deepEqual(told(), []);
  assert.deepEqual(inWords((await statusNow(stage)) ?? { rewritten: [] }), [proxy, image]);
});

test('an object that is denied is an error of input: the commit is refused, with the words of whoever denied it', async () => {
  const commit = await stage.publish([...homes, web(6), api, configMap('guarded', 'config', 'bad'), configMap('free', 'config', 'good')]);
  const { refusal, problems } = await agent.until(
    ofType('refused', ({ revision }) => revision === commit),
    'the refusal',
  );
  assert.equal(refusal.code, 'preflight-failed');
  assert.deepEqual(
    problems.map(({ ref, message }) => `${formatRef(ref)}: ${message}`),
    [
      'ConfigMap/guarded/config: admission webhook "guarded.example.com" denied the request: the value is "bad": ask the platform team',
      "Deployment/meshed/web: deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'few' with binding 'few' denied request: no more than 5 replicas without a ticket",
    ],
  );
  assert.equal(await stage.live(configMap('free', 'config', '')), undefined);
});

test('an object that does not fit its schema is an error of input, and the field is named', async () => {
  const pod = (more: JsonObject): Manifest => {
    const manifest = deployment('free', 'wrong');
    return { ...manifest, spec: { ...(manifest['spec'] as JsonObject), ...more } };
  };
  const wrong: readonly (readonly [what: JsonObject, words: RegExp])[] = [
    [{ tpyo: true }, /\.spec\.tpyo: field not declared in schema/],
    [{ replicas: 'three' }, /\.spec\.replicas: expected numeric \(int or float\), got string/],
    [
      { template: { spec: { containers: [{ name: 'a', image: 'x', env: ['1', '2'].map((value) => ({ name: 'TWICE', value })) }] } } },
      /\.spec\.template\.spec\.containers\[name="a"\]\.env: duplicate entries for key \[name="TWICE"\]/,
    ],
  ];
  for (const [what, words] of wrong) {
    const commit = await stage.publish([...base, pod(what)]);
    const { refusal, problems } = await agent.until(
      ofType('refused', ({ revision }) => revision === commit),
      'the refusal',
    );
    assert.equal(refusal.code, 'preflight-failed');
    assert.deepEqual(
      problems.map(({ ref }) => formatRef(ref)),
      ['Deployment/free/wrong'],
    );
    assert.match(problems[0]?.message ?? '', words);
  }
});

test('what a webhook made of an object is told no longer when it is gone and the object is applied anew', async () => {
  const { kind, apiVersion, metadata } = webhook.configuration('Mutating', { namespace: 'meshed', resources: [] });
  await stage.remove({ kind, apiVersion, metadata });
  await inForce(web(0), (answer) => answer.ok && imageOf(answer.value.object) === 'registry.example/web:1');
  await publish([...homes, web(1), api]);
  assert.equal(imageOf(await who.live(web(1))), 'registry.example/web:1');
  assert.deepEqual(inWords(await statusOnce(stage, ({ rewritten }) => rewritten.length < 2, 'one')), [proxy]);
  // Nobody owns what was injected: it stays until the object is made anew.
  await who.remove(api);
  await statusOnce(stage, ({ rewritten }) => rewritten.length === 0, 'none');
  assert.equal(containersOf(await who.live(api)).length, 1);
});

/** Ways not to answer, which are the names of the namespaces that are guarded so, and what is said of them. */
const ways = [
  ['gone', /failed calling webhook "gone.example.com": .*connection refused/],
  ['silent', /failed calling webhook "silent.example.com": .*context deadline exceeded/],
] as const;

/** What is on the branch by now. */
let published: readonly Manifest[] = base;

for (const [state, words] of ways) {
  test(`a webhook that is ${state} holds up what it guards, and nothing else, until it answers again`, async () => {
    await webhook.become('answering');
    await setUp(webhook.configuration('Validating', { namespace: state, resources: ['configmaps'] }));
    const dropped = configMap(state, 'dropped', '1');
    await publish([...published, dropped]);
    await webhook.become(state);
    await inForce(configMap(state, 'any', ''), (answer) => !answer.ok && answer.error.reason === 'webhook');

    const held = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => configMap(state, name, '1'));
    const needy = deployment(state, 'needy', { replicas: 0 });
    const others = [deployment(state, 'other', { replicas: 0 }), configMap('free', state, '1'), deployment('free', state)];
    const objects: Rest['objects'] = { 'deployment/needy': { dependsOn: [`test/configmap.${state}.a.yaml`] } };
    published = [...published, ...held, needy, ...others];
    const commit = await stage.publish(published, { objects });
    const [, , , failure] = await Promise.all([
      ...others.map((manifest) => agent.until(applied(manifest), formatRef(refOf(manifest)))),
      agent.until(
        ofType('failed', ({ problem }) => formatRef(problem.ref) === `ConfigMap/${state}/a`),
        'the failure',
      ),
    ]);
    assert.ok(failure?.type === 'failed' && failure.passing);
    assert.match(failure.problem.message, words);
    for (const manifest of [...held, needy]) assert.equal(await stage.live(manifest), undefined, formatRef(refOf(manifest)));
    assert.ok(await stage.live(dropped));

    const rest = later(
      agent,
      ofType('synced', ({ revision }) => revision === commit),
    );
    await webhook.become('answering');
    await agent.until(rest, 'the rest', 60_000);
    for (const manifest of [...held, needy]) assert.ok(await stage.live(manifest), formatRef(refOf(manifest)));
    assert.equal(await stage.live(dropped), undefined);
    assert.deepEqual(agent.events.filter(ofType('refused', ({ revision }) => revision === commit)), []);
  });
}
