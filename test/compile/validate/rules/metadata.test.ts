import { builtinFinalizers, givenGeneration, labelsAndAnnotations, metadata } from '../../../../src/compile/validate/rules/metadata.ts';
import { testRules } from './said.ts';

const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'u' };

testRules({
  'metadata of any kind': {
    rule: metadata,
    cases: [
      [{ labels: { 'a/b': '' }, annotations: { 'Example.com/A': 'anything at all' }, finalizers: ['own'], ownerReferences: [owner] }],
      [{ labels: null, annotations: 7, finalizers: 'x' }],
      [{ labels: { 'a b': 'c', d: 'e f' } }, 'field-invalid /labels/a b', 'field-invalid /labels/d'],
      [{ annotations: { 'a b': '' } }, 'field-invalid /annotations/a b'],
      [{ annotations: { a: 'x'.repeat(256 * 1024 - 1) } }],
      [{ annotations: { a: 'x'.repeat(256 * 1024) } }, 'field-range /annotations'],
      [{ generation: -1 }],
      [{ finalizers: ['a b'] }, 'field-invalid /finalizers/0'],
      [{ finalizers: ['orphan', 'foregroundDeletion'] }, 'field-conflict /finalizers'],
      [
        { ownerReferences: [{ ...owner, name: '', uid: '' }] },
        'field-required /ownerReferences/0/name',
        'field-required /ownerReferences/0/uid',
      ],
      [
        { ownerReferences: [null] },
        'field-required /ownerReferences/0/apiVersion',
        'field-required /ownerReferences/0/kind',
        'field-required /ownerReferences/0/name',
        'field-required /ownerReferences/0/uid',
      ],
      [{ ownerReferences: [{ ...owner, kind: 'Event' }] }, 'field-invalid /ownerReferences/0/kind'],
      [
        { ownerReferences: [{ ...owner, controller: true }, owner, { ...owner, controller: true }] },
        'field-conflict /ownerReferences/2/controller',
      ],
    ],
  },
  'a generation that nobody sets anew': {
    rule: givenGeneration,
    cases: [[{ generation: 0 }], [{ generation: -1 }, 'field-range /generation']],
  },
  'metadata of a template': {
    rule: labelsAndAnnotations,
    cases: [[{ finalizers: ['a b'] }], [{ labels: { 'a b': '' } }, 'field-invalid /labels/a b']],
  },
  "finalizers of Kubernetes' own kinds": {
    rule: builtinFinalizers,
    cases: [[{ finalizers: ['example.com/a', 'orphan', 'kubernetes'] }], [{ finalizers: ['own'] }, 'field-invalid /finalizers/0']],
  },
});
