import { readOnly } from '../../../../src/compile/validate/rules/readonly.ts';
import { testRules } from './said.ts';

const pod = { apiVersion: 'v1', kind: 'Pod' };

testRules({
  'fields that the API server writes': {
    rule: readOnly,
    cases: [
      [{ metadata: { creationTimestamp: null, uid: '', generation: 0, managedFields: null }, status: {} }],
      [{ ...pod, status: { conditions: [], phase: '', more: { less: null } } }],
      [{ apiVersion: 'v1', kind: 'ConfigMap', status: { a: 1 } }],
      [{ apiVersion: 'example.com/v1', kind: 'Widget', status: { a: 1 } }],
      [{ ...pod, status: { phase: 'Running' } }, 'field-read-only /status'],
      [{ metadata: { uid: 'a', managedFields: [] } }, 'field-read-only /metadata/uid', 'field-read-only /metadata/managedFields'],
      [{ metadata: { resourceVersion: '1' } }, 'field-read-only /metadata/resourceVersion'],
      [{ metadata: { resourceVersion: 'latest' } }, 'field-read-only /metadata/resourceVersion'],
      [
        { metadata: { creationTimestamp: '2026-01-01T00:00:00Z', generation: 2, selfLink: '/a' } },
        'field-read-only /metadata/creationTimestamp',
        'field-read-only /metadata/generation',
        'field-read-only /metadata/selfLink',
      ],
      [
        { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 3 } },
        'field-read-only /metadata/deletionTimestamp',
        'field-read-only /metadata/deletionGracePeriodSeconds',
      ],
      ['text'],
    ],
  },
});
