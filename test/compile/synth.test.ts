import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ApiObject, App, Chart } from 'cdk8s';
import { Node } from 'constructs';
import fc from 'fast-check';
import { type ChartDef, defineChart } from '../../src/authoring/chart.ts';
import { defineEnvironment } from '../../src/authoring/environment.ts';
import { compile } from '../../src/compile/compile.ts';
import type { Given } from '../../src/compile/given.ts';
import { emptyLockfile } from '../../src/model/lockfile.ts';

const given: Given = { lock: emptyLockfile, today: '2026-06-01', root: process.cwd(), file: 'environments/x.ts' };

function compileCharts(charts: Readonly<Record<string, ChartDef>>) {
  return compile(defineEnvironment({ name: 'x', cluster: 'c', kubernetes: '1.35', charts }), given);
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
  const environment = defineEnvironment({
    name: 'x',
    cluster: 'c',
    kubernetes: '1.35',
    charts: { any: (scope) => new Legacy(scope as Chart, 'legacy') },
  });
  const names = compile(environment, given).value?.index.objects.map(({ ref }) => ref.name);
  assert.deepEqual(
    names,
    alone.map(({ metadata }) => metadata.name),
  );
});

test('the order in which charts and constructs are made does not show in a single byte', () => {
  const object = fc.record({
    kind: fc.constantFrom('ConfigMap', 'Secret', 'ServiceAccount', 'Service'),
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
