import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, realpathSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readRendering } from '../../../src/compile/include/read.ts';
import { openRenderer } from '../../../src/io/include/renderer.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { Rendering, RenderRequest } from '../../../src/model/inclusion.ts';
import { type Json, stringAt } from '../../../src/model/json.ts';
import { pinOf, realTool } from '../../helm/tools.ts';
import { temporaryFolder } from '../../support/repository.ts';

const tools = { helm: await realTool('helm'), helm4: await realTool('helm4'), kustomize: await realTool('kustomize') };

/** A project with the charts and kustomizations of test/helm, and a renderer that runs `helm` as it is given. */
function open(
  t: TestContext,
  { helm = tools.helm.program, signal = new AbortController().signal, ground = 'one', bounds = { patience: 60_000, limit: 100_000 } } = {},
) {
  const folder = realpathSync(temporaryFolder(t));
  cpSync('test/helm', folder, { recursive: true });
  const cache = join(folder, 'cache');
  const env = { LOCKSTEP_HELM: helm, LOCKSTEP_KUSTOMIZE: tools.kustomize.program };
  return { folder, cache, renderer: openRenderer({ folder, cache, ground, host: { env }, signal, bounds }) };
}

const release = { release: 'web', namespace: 'shop', kubernetes: '1.35', apiVersions: [], values: {} };

type HelmRequest = Extract<RenderRequest, { readonly tool: 'helm' }>;

function helm(chart: string, more: Partial<HelmRequest> = {}): HelmRequest {
  return { tool: 'helm', ...release, chart: { folder: `charts/${chart}` }, pin: tools.helm.pin, ...more };
}

async function objectsOf(renderer: ReturnType<typeof openRenderer>, request: RenderRequest): Promise<Rendering> {
  const outcome = await renderer.render(request, readRendering);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.rendering;
}

const named = ({ objects }: Rendering): readonly string[] => objects.map(({ manifest: { kind, metadata } }) => `${kind} ${metadata.name}`);

for (const version of ['helm', 'helm4'] as const) {
  test(`${version} renders a chart with dependencies, CRDs, tpl and notes`, async (t) => {
    const { program, pin } = tools[version];
    const { renderer } = open(t, { helm: program });
    const request = helm('web', { pin, values: { replicas: 5 }, apiVersions: ['monitoring.coreos.com/v1'] });
    const rendering = await objectsOf(renderer, request);
    assert.deepEqual(rendering.problems, []);
    assert.deepEqual([...named(rendering)].sort(), [
      'ClusterRole shop-web-reader',
      'ConfigMap web-cache',
      'CustomResourceDefinition gadgets.shop.example.com',
      'CustomResourceDefinition widgets.shop.example.com',
      'Deployment web-controller',
      'Service web',
      'Widget web',
    ]);
    const deployment = rendering.objects.find(({ manifest }) => manifest.kind === 'Deployment');
    assert.equal(deployment?.source, 'web/templates/deployment.yaml');
    assert.deepEqual(deployment?.manifest.metadata.annotations, {
      'shop.example.com/greeting': 'hello web',
      'shop.example.com/kubernetes': 'v1.35.0',
      'shop.example.com/monitored': 'true',
    });
    const off = await objectsOf(renderer, { ...request, values: { cache: { enabled: false } } });
    assert.ok(!named(off).includes('ConfigMap web-cache'));
  });

  test(`${version} gets values as they are, whatever YAML makes of their characters`, async (t) => {
    const { program, pin } = tools[version];
    const { folder, renderer } = open(t, { helm: program });
    mkdirSync(join(folder, 'charts/echo/templates'), { recursive: true });
    writeFileSync(join(folder, 'charts/echo/Chart.yaml'), 'apiVersion: v2\nname: echo\nversion: 1.0.0\n');
    const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: echo }\ndata: { text: {{ .Values.text | b64enc }} }\n';
    writeFileSync(join(folder, 'charts/echo/templates/a.yaml'), template);
    const text = 'a\u0085b\u007f\u009f \u2028\u2029\ufeff\ufffe\uffff\u00e4\u{1f600}\t"\\\n\u0001';
    const { objects } = await objectsOf(renderer, helm('echo', { pin, values: { text } }));
    const [encoded] = objects.map(({ manifest }) => stringAt(manifest as unknown as Json, 'data', 'text') ?? '');
    assert.equal(Buffer.from(encoded ?? '', 'base64').toString('utf8'), text);
  });

  test(`${version}: what is rendered otherwise each time is told with its cause`, async (t) => {
    const { program, pin } = tools[version];
    const { renderer } = open(t, { helm: program });
    const { problems } = await objectsOf(renderer, helm('random', { pin }));
    const causes = '`now` in `random/templates/secret.yaml:10`, `randAlphaNum` in `random/templates/_helpers.tpl:2`';
    const message = `\`ConfigMap/web-token\` is rendered otherwise each time: \`/data/token\`, most likely by ${causes}`;
    assert.deepEqual(
      problems.map(({ code, message: words }) => [code, words]),
      [['chart-unstable', message]],
    );
    const stable = await objectsOf(renderer, helm('random', { pin, values: { token: 'given' } }));
    assert.deepEqual(
      stable.problems.map(({ code, severity }) => [code, severity]),
      [['chart-uncertain', 'warning']],
    );
    const timed = await objectsOf(renderer, helm('random', { pin, values: { token: 'given', time: true } }));
    assert.match(
      timed.problems[0]?.message ?? '',
      /otherwise each time: `\/data\/made`, most likely by `now` in `random\/templates\/secret.yaml:10`,/,
    );
  });
}

test('what is rendered once is answered without a program from then on, as long as all is as it was', async (t) => {
  const { folder, cache, renderer } = open(t);
  const before = await objectsOf(renderer, helm('web'));
  assert.equal(readdirSync(cache).length, 1);
  const without = openRenderer({ folder, cache, ground: 'one', host: { env: {} }, signal: new AbortController().signal });
  assert.deepEqual(await objectsOf(without, helm('web')), before);
  const other = [
    helm('web', { values: { replicas: 3 } }),
    helm('web', { namespace: 'x' }),
    helm('web', { kubernetes: '1.34' }),
    helm('big'),
  ];
  for (const request of other) assert.equal(codeOf(await without.render(request, readRendering)), 'tool-missing');
  const newer = openRenderer({ folder, cache, ground: 'two', host: { env: {} }, signal: new AbortController().signal });
  assert.equal(codeOf(await newer.render(helm('web'), readRendering)), 'tool-missing');
  writeFileSync(join(folder, 'charts/web/templates/_more.tpl'), '{{/* nothing */}}');
  assert.equal(codeOf(await without.render(helm('web'), readRendering)), 'tool-missing');
});

test('the same that is asked for at once is rendered once', async (t) => {
  const { renderer } = open(t);
  const [one, other] = await Promise.all([objectsOf(renderer, helm('web')), objectsOf(renderer, helm('web'))]);
  assert.equal(one, other);
});

function codeOf(outcome: Awaited<ReturnType<ReturnType<typeof openRenderer>['render']>>): string {
  return outcome.ok ? 'ok' : outcome.problems.map(({ code }) => code).join(' ');
}

test('a kustomization is rendered with its bases, generators and images', async (t) => {
  const { folder, renderer } = open(t);
  const request: RenderRequest = { tool: 'kustomize', folder: 'kustomize/overlays/prod', pin: tools.kustomize.pin };
  const rendering = await objectsOf(renderer, request);
  assert.deepEqual(rendering.problems, []);
  assert.match(named(rendering).join(), /^ConfigMap prod-settings-\w{10},Deployment prod-web$/);
  writeFileSync(join(folder, 'kustomize/base/settings.txt'), 'slow\n');
  assert.notDeepEqual(named(await objectsOf(renderer, request)), named(rendering));
});

const wrong: readonly (readonly [
  string,
  RenderRequest,
  { readonly code: string; readonly message: RegExp; readonly file?: string; readonly line?: number },
])[] = [
  ['no chart', helm('absent'), { code: 'chart-missing', message: /^there is no Helm chart in `charts\/absent`: it has no `Chart.yaml`$/ }],
  [
    'a chart without its dependencies',
    helm('lacking'),
    { code: 'chart-incomplete', message: /^`charts\/lacking` lacks charts that it depends on: absent$/ },
  ],
  [
    'a template that fails',
    helm('failing'),
    { code: 'render-failed', message: /^`helm` cannot render this: .*failing\/templates\/configmap.yaml.*a name is needed/s },
  ],
  ['values that the schema refuses', helm('web', { values: { replicas: 0 } }), { code: 'render-failed', message: /replicas/ }],
  [
    'a chart that prints without end',
    helm('big', { values: { count: 20, size: 1000 } }),
    { code: 'render-endless', message: /^`helm` printed more than 100000 bytes$/ },
  ],
  [
    'no archive',
    helm('', { chart: { archive: 'vendor/helm/x.tgz', sha256: '0'.repeat(64) } }),
    { code: 'chart-missing', message: /^`vendor\/helm\/x.tgz` is not there$/ },
  ],
  [
    'another archive',
    helm('', { chart: { archive: 'charts/web/Chart.yaml', sha256: '0'.repeat(64) } }),
    {
      code: 'chart-altered',
      message: /^`charts\/web\/Chart.yaml` is not the archive of the lock: its sha256 is \w{12}…, and 000000000000… is expected$/,
    },
  ],
  [
    'another program',
    helm('web', {
      pin: {
        version: 'v3.0.0',
        sha256: { ...tools.helm.pin.sha256, ...Object.fromEntries(Object.keys(tools.helm.pin.sha256).map((key) => [key, '0'.repeat(64)])) },
      },
    }),
    { code: 'tool-differs', message: /^`.*` is not the `helm` v3.0.0 of the lock: its sha256 is \w{12}…, and 000000000000… is expected$/ },
  ],
  [
    'a program for another platform',
    helm('web', { pin: { version: 'v3.0.0', sha256: { 'plan9-arm': '0'.repeat(64) } } }),
    { code: 'tool-differs', message: /^the lock has no sha256 of `helm` v3.0.0 for \w+-\w+$/ },
  ],
  ...(
    [
      [
        'remote',
        'kustomization-remote',
        '`https://example.com/all.yaml` is not in the project, and nothing is fetched when an environment is rendered',
        3,
      ],
      [
        'repository',
        'kustomization-remote',
        '`github.com/example/repository//base?ref=v1` is not in the project, and nothing is fetched when an environment is rendered',
        2,
      ],
      [
        'path',
        'kustomization-remote',
        '`https://example.com/patch.yaml` is not in the project, and nothing is fetched when an environment is rendered',
        3,
      ],
      ['outside', 'kustomization-remote', '`../../../..` is outside of the project', 4],
      ['charts', 'kustomization-runs', '`helmCharts` makes kustomize run another program', 2],
    ] as const
  ).map(
    ([name, code, message, line]) =>
      [
        `a kustomization with what is refused: ${name}`,
        { tool: 'kustomize', folder: `kustomize/wrong/${name}`, pin: tools.kustomize.pin } as const,
        { code, message: new RegExp(`^${message.replaceAll(/[.?]/g, '\\$&')}$`), file: `kustomize/wrong/${name}/kustomization.yaml`, line },
      ] as const,
  ),
];

for (const [name, request, { code, message, file, line }] of wrong) {
  test(`is told: ${name}`, async (t) => {
    const outcome = await open(t).renderer.render(request, readRendering);
    assert.ok(!outcome.ok);
    const [problem, ...more] = outcome.problems;
    assert.deepEqual(more, []);
    assert.equal(problem?.code, code);
    assert.match(problem?.message ?? '', message);
    assert.deepEqual([problem?.file, problem?.line], [file, line]);
  });
}

test('a program that takes too long is ended', async (t) => {
  const folder = realpathSync(temporaryFolder(t));
  const slow = join(folder, 'helm');
  writeFileSync(slow, '#!/bin/sh\nexec /bin/sleep 60\n');
  chmodSync(slow, 0o755);
  const { renderer } = open(t, { helm: slow, bounds: { patience: 100, limit: 1 } });
  const outcome = await renderer.render(helm('web', { pin: pinOf(slow, 'v0') }), readRendering);
  assert.ok(!outcome.ok);
  assert.deepEqual(
    outcome.problems.map(({ code, message }) => [code, message]),
    [['render-endless', '`helm` took more than 0.1 s']],
  );
});

test('a program is interrupted', { timeout: 30_000 }, async (t) => {
  const controller = new AbortController();
  const folder = realpathSync(temporaryFolder(t));
  const slow = join(folder, 'helm');
  writeFileSync(slow, '#!/bin/sh\nexec /bin/sleep 60\n');
  chmodSync(slow, 0o755);
  const { renderer } = open(t, { helm: slow, signal: controller.signal });
  const asked = renderer.render(helm('web', { pin: pinOf(slow, 'v0') }), readRendering);
  setTimeout(() => controller.abort(), 200);
  await assert.rejects(asked, (thrown) => thrown instanceof Failure && thrown.code === 'interrupted');
});

test('the program that is found says its version, its platform and its sha256', async (t) => {
  const folder = realpathSync(temporaryFolder(t));
  mkdirSync(join(folder, 'bin'));
  copyFileSync(tools.kustomize.program, join(folder, 'bin', 'kustomize'));
  const signal = new AbortController().signal;
  const of = (env: Record<string, string>) => openRenderer({ folder, cache: folder, ground: '', host: { env }, signal });
  const found = await of({ PATH: `/nowhere:${join(folder, 'bin')}` }).find('kustomize');
  assert.match(found?.version ?? '', /^v5\./);
  assert.deepEqual({ [found?.platform ?? '']: found?.sha256 }, tools.kustomize.pin.sha256);
  assert.equal(await of({ PATH: '/nowhere' }).find('kustomize'), undefined);
  writeFileSync(join(folder, 'bin', 'kustomize'), 'no program');
  utimesSync(join(folder, 'bin', 'kustomize'), 1, 1);
  await assert.rejects(
    of({ PATH: join(folder, 'bin') }).find('kustomize'),
    (thrown) => thrown instanceof Failure && thrown.code === 'tool-unusable',
  );
});
