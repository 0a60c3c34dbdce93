import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PinnedEnvironment } from '../../src/cli/pin.ts';
import { pinDifferences } from '../../src/cli/pin-differences.ts';
import { promotionDue } from '../../src/cli/promote.ts';
import type { IncludedChange, PinChange } from '../../src/model/lockfile.ts';

const change = (image: string, status: PinChange['status'], more: Partial<PinChange> = {}): PinChange => ({
  ...{ image, status, digest: 'sha256:2', was: 'sha256:1', platforms: [] },
  ...more,
});
const included = (name: string, status: IncludedChange['status']): IncludedChange => ({ name, status, was: 'v3', is: 'v4' });
const prod: PinnedEnvironment = {
  name: 'prod',
  lock: 'environments/prod.lock.yaml',
  images: 6,
  asked: 6,
  unpinned: 1,
  changes: [
    change('a:1', 'new'),
    change('b:1', 'upgraded', { tag: '2', wasTag: '1' }),
    change('c:1', 'moved'),
    change('d:1', 'signed'),
    change('e:1', 'unused'),
    change('f:1', 'same'),
  ],
  included: [included('kustomize', 'new'), included('helm', 'moved'), included('web', 'unused')],
};
const all = { environments: [], image: [], upgrade: false, tools: false, insecureRegistry: [] };

test('each pin that is due is a `check-difference` in its lock, with the commands that change it', () => {
  const found = pinDifferences([prod, { ...prod, name: 'dev', changes: [change('f:1', 'same')], included: [] }], all);
  assert.deepEqual(
    found.map(({ message }) => message),
    [
      '`kustomize` is not in the lock',
      '`helm` is another one: `v4`, where `v3` is in the lock',
      '`web` is in the lock, and nothing includes it',
      '`a:1` is not pinned',
      '`b:1` has a newer tag: `2`, where `1` is pinned',
      'the tag of `c:1` has moved: it was pinned at `sha256:1`, and is `sha256:2` now',
      '`d:1` is signed, which the lock does not note',
      '`e:1` is pinned, and nothing uses it',
    ],
  );
  for (const { code, severity, at, help } of found) {
    assert.deepEqual([code, severity, at], ['check-difference', 'error', { file: prod.lock, environment: 'prod' }]);
    assert.equal(help, 'if that is meant: `lockstep pin`, then `lockstep pin prod --image c:1`');
  }
});

test('a promotion that is due is one, with how much it changes', () => {
  const { message, at, help } = promotionDue(
    {
      from: 'staging',
      to: 'prod',
      lock: prod.lock,
      read: undefined,
      source: { was: undefined, now: 'c0ffee00', between: undefined },
      images: [{ repository: 'web', was: undefined, now: undefined }],
      objects: { added: ['a'], modified: ['b'], removed: [] },
      isPublished: true,
      op: 'due',
      downgrades: [],
      diagnostics: [],
    },
    { only: [], source: 'v1', allowDowngrade: false, whenHealthy: false, reviewed: [], remote: 'origin', insecureRegistry: [] },
  );
  assert.equal(message, '`prod` is not what `staging` is: the source would be `c0ffee0`; 1 image and 2 objects would be other ones');
  assert.deepEqual(at, { file: prod.lock, environment: 'prod' });
  assert.equal(help, 'if that is meant: `lockstep promote staging prod --source c0ffee00`');
});
