import assert from 'node:assert/strict';
import { test } from 'node:test';
import { App } from 'cdk8s';
import * as built from 'lockstep';
import { z } from 'zod';
import { brandOf } from '../../src/authoring/brand.ts';
import { manage, managementOf } from '../../src/authoring/manage.ts';
import { placeOf } from '../../src/authoring/place.ts';

test('definitions of another copy of the package are known again', () => {
  const chart = built.defineChart({ values: z.object({}), build() {} });
  const policy = built.definePolicy({ name: 'p', on: ['Pod'], check: () => undefined });
  const base = built.defineBase({ charts: { chart }, policies: { policy } });
  const environment = built.defineEnvironment({ name: 'x', cluster: 'c', extends: base });
  assert.deepEqual([chart, policy, base, environment].map(brandOf), ['chart', 'policy', 'base', 'environment']);
});

test('what another copy of the package said about a construct is heard, too, in order', () => {
  const construct = new App();
  built.manage(construct, { keep: true });
  manage(construct, { keep: false });
  const said = managementOf(construct);
  assert.deepEqual(
    said.map(({ rules, at }) => [rules, placeOf(at, process.cwd()).file]),
    [
      [{ keep: true }, 'test/authoring/definitions.test.ts'],
      [{ keep: false }, 'test/authoring/definitions.test.ts'],
    ],
  );
});

test('nothing else is a definition', () => {
  for (const other of [undefined, null, 'chart', () => undefined, {}, []]) assert.equal(brandOf(other), undefined);
});

test('a definition cannot be changed afterwards', () => {
  const base = built.defineBase({ kubernetes: '1.35' });
  assert.throws(() => Object.assign(base, { kubernetes: '1.28' }), TypeError);
});

test('a fleet is an environment per cluster, with the key of the cluster as `id`', () => {
  const fleet = built.defineFleet({
    clusters: { eu: { region: 'eu-west-1' }, us: { region: 'us-east-1' } },
    environment: ({ id, region }) => built.defineEnvironment({ name: `${id}-${region}`, cluster: id, kubernetes: '1.35' }),
  });
  assert.deepEqual(
    fleet.map(({ name, cluster }) => [name, cluster]),
    [
      ['eu-eu-west-1', 'eu'],
      ['us-us-east-1', 'us'],
    ],
  );
});
