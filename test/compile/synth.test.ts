import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiObject, App, Chart } from 'cdk8s';
import { Node } from 'constructs';
import fc from 'fast-check';
import { type ChartDef, type ChartFunction, defineChart } from '../../src/authoring/chart.ts';
import { defineBase, defineEnvironment } from '../../src/authoring/environment.ts';
import { manage } from '../../src/authoring/manage.ts';
import { compile } from '../../src/compile/compile.ts';
import type { Given } from '../../src/compile/given.ts';
import { emptyLockfile } from '../../src/model/lockfile.ts';
import { usualRules } from '../../src/model/rendered.ts';

const given: Given = { lock: emptyLockfile, today: '2026-06-01', root: process.cwd(), file: 'environments/x.ts' };

/** Somebody else makes the namespaces. */
const ground = defineBase({ kubernetes: '1.35', external: ['a', 'other', 'shop'].map((name) => ({ kind: 'Namespace', name })) });

function compileCharts(charts: Readonly<Record<string, ChartDef | ChartFunction>>) {
  return compile(defineEnvironment({ name: 'x', cluster: 'c', extends: ground, charts }), given);
}

test('nothing of cdk8s stays changed after a compilation, not even after one that throws', () => {
  const before = [ApiObject.prototype.toJson, Object.getOwnPropertyDescriptor(Node.prototype, 'addChild')?.value, Error.stackTraceLimit];
  const throws = defineChart({
    build() {
      throw new Error('no');
    },
  });
  class Strange extends ApiObject {
    override toJson() {
      throw new Error('nor this');
    }
  }
  const strange = defineChart({
    namespace: 'a',
    build(chart) {
      new Strange(chart, 'strange', { apiVersion: 'v1', kind: 'ConfigMap' });
    },
  });
  assert.deepEqual(
    compileCharts({ throws, strange }).diagnostics.map(({ code }) => code),
    ['chart-failed', 'object-failed'],
  );
  assert.deepEqual(
    [ApiObject.prototype.toJson, Object.getOwnPropertyDescriptor(Node.prototype, 'addChild')?.value, Error.stackTraceLimit],
    before,
  );
});

test('every validation runs once, and every object is serialized once, however many charts there are', () => {
  const counts = { validated: 0, serialized: 0 };
  class Counted extends ApiObject {
    override toJson() {
      counts.serialized++;
      return super.toJson();
    }
  }
  const counting = () =>
    defineChart({
      namespace: 'a',
      build(chart) {
        chart.node.addValidation({
          validate: () => {
            counts.validated++;
            return [];
          },
        });
        new Counted(chart, 'config', { apiVersion: 'v1', kind: 'ConfigMap' });
      },
    });
  const charts = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`chart${i}`, counting()]));
  assert.deepEqual(compileCharts(charts).diagnostics, []);
  assert.deepEqual(counts, { validated: 10, serialized: 10 });
});

test('a class that drops fields on purpose, written by hand, may do so', () => {
  class Redacted extends ApiObject {
    override toJson() {
      const { data: _, ...json } = super.toJson();
      return json;
    }
  }
  const chart = defineChart({
    namespace: 'a',
    build(scope) {
      new Redacted(scope, 'config', { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' } });
    },
  });
  assert.deepEqual(compileCharts({ chart }).diagnostics, []);
});

test('the same charts under cdk8s alone have the same names', () => {
  class Legacy extends Chart {
    constructor(scope: App | Chart, id: string) {
      super(scope as Chart, id, { namespace: 'a' });
      new ApiObject(this, 'config', { apiVersion: 'v1', kind: 'ConfigMap' });
    }
  }
  const alone = new Legacy(new App(), 'legacy').toJson();
  const { value } = compileCharts({ any: (scope) => new Legacy(scope as Chart, 'legacy') });
  const names = value?.index.objects.map(({ ref }) => ref.name);
  assert.deepEqual(
    names,
    alone.map(({ metadata }) => metadata.name),
  );
});

test('what is said of the app holds for the objects of all charts, and points at the line that said it', () => {
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'a' } };
  const charts = (deadline: number): Readonly<Record<string, ChartDef | ChartFunction>> => ({
    plain: (scope) => {
      manage(scope, { progressDeadline: deadline });
      return new ApiObject(new Chart(scope, 'old'), 'config', config);
    },
    other: defineChart({
      build(chart) {
        new ApiObject(chart, 'config', config);
      },
    }),
  });
  assert.deepEqual(
    compileCharts(charts(60)).value?.index.objects.map(({ construct, rules }) => [construct, rules]),
    [
      ['other/config', { ...usualRules, deadline: 60 }],
      ['old/config', { ...usualRules, deadline: 60 }],
    ],
  );
  assert.deepEqual(
    compileCharts(charts(-1)).diagnostics.map(({ code, at }) => [code, at.file, at.environment, at.construct, at.pointer]),
    [['rule-invalid', 'test/compile/synth.test.ts', 'x', '', 'progressDeadline']],
  );
});

test('Jobs of one name that do different things are two, and what depends on one, and its rules, follow it', () => {
  const job = (chart: Chart, id: string, args: readonly string[]) =>
    new ApiObject(chart, id, {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'migrate', namespace: 'a' },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: `a@sha256:${'0'.repeat(64)}`, args }] } } },
    });
  const chart = defineChart({
    owner: 'team-a',
    build(scope) {
      const up = job(scope, 'up', ['up']);
      const down = job(scope, 'down', ['down']);
      up.addDependency(down);
      manage(up, { keep: true });
      new ApiObject(scope, 'after', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'a' } }).addDependency(up);
    },
  });
  const { value, diagnostics } = compileCharts({ chart });
  assert.deepEqual(diagnostics, []);
  const found = new Map(value?.index.objects.map((object) => [object.construct, object]));
  const [up, down, after] = ['chart/up', 'chart/down', 'chart/after'].map((construct) => found.get(construct));
  assert.match(up?.ref.name ?? '', /^migrate-[0-9a-f]{8}$/);
  assert.match(down?.ref.name ?? '', /^migrate-[0-9a-f]{8}$/);
  assert.notEqual(up?.ref.name, down?.ref.name);
  assert.deepEqual([up?.dependsOn, after?.dependsOn], [[down?.path], [up?.path]]);
  assert.deepEqual([up?.slice, up?.rules, down?.rules], ['team-a', { ...usualRules, keep: true }, usualRules]);
});

test('the order in which charts and constructs are made does not show in a single byte', () => {
  const object = fc.record({
    kind: fc.constantFrom('ConfigMap', 'Secret', 'ServiceAccount', 'Endpoints'),
    namespace: fc.constantFrom(undefined, 'other'),
    after: fc.boolean(),
  });
  const charts = fc.dictionary(fc.constantFrom('a', 'b', '10', '9', 'Z'), fc.array(object, { maxLength: 6 }), { maxKeys: 5 });
  fc.assert(
    fc.property(charts, fc.infiniteStream(fc.nat(1000)), (specs, chance) => {
      const shuffled = <T>(list: readonly T[]): T[] =>
        list
          .map((item) => ({ item, at: chance.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ item }) => item);
      const build = (arrange: <T>(list: readonly T[]) => readonly T[]) =>
        compileCharts(
          Object.fromEntries(
            arrange(Object.entries(specs)).map(([name, objects]) => [
              name,
              defineChart({
                namespace: 'shop',
                build(chart) {
                  const made = new Map<number, ApiObject>();
                  for (const [i, { kind, namespace }] of arrange([...objects.entries()])) {
                    const metadata = {
                      name: `${kind.toLowerCase()}-${name.toLowerCase()}-${i}`,
                      ...(namespace === undefined ? {} : { namespace }),
                    };
                    made.set(i, new ApiObject(chart, `object-${i}`, { apiVersion: 'v1', kind, metadata }));
                  }
                  for (const [i, { after }] of arrange([...objects.entries()])) {
                    const [one, other] = [made.get(i), made.get(i - 1)];
                    if (after && one !== undefined && other !== undefined) one.addDependency(other);
                  }
                },
              }),
            ]),
          ),
        );
      const plain = build((list) => list);
      assert.deepEqual(plain.diagnostics, []);
      assert.deepEqual(build(shuffled).value?.files, plain.value?.files);
    }),
    { numRuns: 60 },
  );
});
