import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applySetAnnotations, applySetId, parentOf } from '../../src/model/applyset.ts';
import { ref } from '../reconcile/samples.ts';

test('the id is the one that KEP-3659 computes from the parent', () => {
  // base64url(sha256("lockstep-dev.lockstep.ConfigMap.")), computed with openssl and basenc.
  assert.equal(applySetId(parentOf('dev', 'lockstep')), 'applyset-5NkkdHvFRNcdA535WyRYhUsRb4Ucpyvn1EqLVAsHwMU-v1');
});

test('the annotations name each kind and each other namespace once, in order', () => {
  const members = [
    'Service/shop/b',
    'Deployment/shop/a',
    'Service/shop/a',
    'Namespace/shop',
    'ConfigMap/lockstep/x',
    'Service/admin/a',
  ].map(ref);
  assert.deepEqual(applySetAnnotations(members, parentOf('dev', 'lockstep')), {
    'applyset.kubernetes.io/tooling': 'lockstep/v1',
    'applyset.kubernetes.io/contains-group-kinds': 'ConfigMap,Deployment.apps,Namespace,Service',
    'applyset.kubernetes.io/additional-namespaces': 'admin,shop',
  });
});
