import { affinity, spread } from '../../../../../src/compile/validate/rules/pods/scheduling.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';
const nodes = (...terms: readonly JsonObject[]) => ({ nodeAffinity: { [required]: { nodeSelectorTerms: terms } } });
const liked = (weight: number, preference: JsonObject) => ({ nodeAffinity: { [preferred]: [{ weight, preference }] } });
const pods = (term: JsonObject) => ({ podAffinity: { [required]: [{ topologyKey: 'zone', ...term }] } });
const terms = `/nodeAffinity/${required}/nodeSelectorTerms`;
const spaced = { matchExpressions: [{ key: 'a', operator: 'In', values: ['a b'] }] };
const labelSelector = { matchLabels: { app: 'web' } };
const even = { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector };

testRules({
  'nodes that a pod needs': {
    rule: affinity,
    cases: [
      [
        nodes(
          {
            matchExpressions: [{ key: 'a/b', operator: 'Gt', values: ['1'] }],
            matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }],
          },
          {},
        ),
      ],
      [nodes(), `field-required ${terms}`],
      [nodes({ matchExpressions: [{ key: 'a', operator: 'In' }] }), `field-required ${terms}/0/matchExpressions/0/values`],
      [
        nodes({ matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] }),
        `field-forbidden ${terms}/0/matchExpressions/0/values`,
      ],
      [
        nodes({ matchExpressions: [{ key: 'a', operator: 'Lt', values: ['1', '2'] }] }),
        `field-invalid ${terms}/0/matchExpressions/0/values`,
      ],
      [nodes(spaced), `field-invalid ${terms}/0/matchExpressions/0/values/0`],
      [
        nodes({ matchFields: [{ key: 'spec.a', operator: 'Exists', values: ['a'] }] }),
        `field-invalid ${terms}/0/matchFields/0/key`,
        `field-invalid ${terms}/0/matchFields/0/operator`,
      ],
    ],
  },
  'nodes that a pod likes': {
    rule: affinity,
    cases: [
      [liked(100, spaced)],
      [liked(0, {}), `field-range /nodeAffinity/${preferred}/0/weight`],
      [liked(101, {}), `field-range /nodeAffinity/${preferred}/0/weight`],
    ],
  },
  'pods that a pod is near': {
    rule: affinity,
    cases: [
      [pods({ labelSelector, matchLabelKeys: ['hash'], mismatchLabelKeys: ['tenant'], namespaces: ['a'], namespaceSelector: {} })],
      [pods({ topologyKey: '' }), `field-required /podAffinity/${required}/0/topologyKey`],
      [
        pods({ topologyKey: 'a b', namespaces: ['A'] }),
        `field-invalid /podAffinity/${required}/0/namespaces/0`,
        `field-invalid /podAffinity/${required}/0/topologyKey`,
      ],
      [pods({ matchLabelKeys: ['a'] }), `field-forbidden /podAffinity/${required}/0/matchLabelKeys`],
      [
        pods({ labelSelector, matchLabelKeys: ['a'], mismatchLabelKeys: ['a'] }),
        `field-invalid /podAffinity/${required}/0/matchLabelKeys/0`,
      ],
      [
        pods({ labelSelector: { ...labelSelector, matchExpressions: [{ key: 'app', operator: 'Exists' }] }, matchLabelKeys: ['app'] }),
        `field-invalid /podAffinity/${required}/0/matchLabelKeys/0`,
      ],
    ],
  },
  'how pods are spread': {
    rule: spread,
    cases: [
      [[{ ...even, minDomains: 1, matchLabelKeys: ['hash'] }]],
      [
        [{ ...even, maxSkew: 0, minDomains: 0, topologyKey: '' }],
        'field-range /0/maxSkew',
        'field-range /0/minDomains',
        'field-required /0/topologyKey',
      ],
      [[{ ...even, whenUnsatisfiable: 'ScheduleAnyway', minDomains: 1 }], 'field-forbidden /0/minDomains'],
      [[{ ...even, labelSelector: null, matchLabelKeys: ['a'] }], 'field-forbidden /0/matchLabelKeys'],
      [[{ ...even, labelSelector: { matchLabels: { 'a b': 'c' } } }], 'field-invalid /0/labelSelector/matchLabels/a b'],
    ],
  },
});
