import assert from 'node:assert/strict';
import { test } from 'node:test';
import { indexes } from '../../../../../src/compile/validate/rules/pods/indexes.ts';
import { job, jobTemplate } from '../../../../../src/compile/validate/rules/pods/jobs.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { restartPolicy: 'Never', containers: [{ name: 'web', image: 'a' }] } };
const of = (more: JsonObject, name = 'job') => ({ metadata: { name }, spec: { template, ...more } });
const restarting = (restartPolicy?: string) => ({
  template: { ...template, spec: { containers: template.spec.containers, ...(restartPolicy === undefined ? {} : { restartPolicy }) } },
});
const indexed = (more: JsonObject) => of({ completionMode: 'Indexed', completions: 5, ...more });
const failing = (...rules: readonly JsonObject[]) => ({ podFailurePolicy: { rules } });
const exits = (onExitCodes: JsonObject) => failing({ action: 'FailJob', onExitCodes: { operator: 'In', values: [1, 2], ...onExitCodes } });
const rule = '/spec/podFailurePolicy/rules/0';
const succeeding = (more: JsonObject) => indexed({ successPolicy: { rules: [more] } });
const success = '/spec/successPolicy/rules/0';

testRules({
  'a Job': {
    rule: job,
    cases: [
      [of({ parallelism: 0, completions: 0, backoffLimit: 0, managedBy: 'example.com/a' })],
      [{ metadata: { name: 'a' } }, 'field-required /spec/template'],
      [of({ parallelism: -1, ttlSecondsAfterFinished: -1 }), 'field-range /spec/parallelism', 'field-range /spec/ttlSecondsAfterFinished'],
      [of({ managedBy: 'me' }), 'field-invalid /spec/managedBy'],
      [of(restarting()), 'field-required /spec/template/spec/restartPolicy'],
      [of(restarting('Always')), 'field-invalid /spec/template/spec/restartPolicy'],
      [of(restarting('OnFailure'))],
    ],
  },
  'how a Job selects its pods': {
    rule: job,
    cases: [
      [of({ selector: {} })],
      [of({ selector: { matchLabels: { app: 'web' } } }), 'field-forbidden /spec/selector'],
      [of({ manualSelector: true, selector: { matchLabels: { app: 'web' } } })],
      [of({ manualSelector: true, selector: { matchLabels: { app: 'api' } } }), 'selector-mismatch /spec/selector'],
      [of({ manualSelector: true }), 'field-required /spec/selector'],
    ],
  },
  'a Job whose pods have an index': {
    rule: job,
    cases: [
      [of({ completionMode: 'Indexed' })],
      [indexed({ backoffLimitPerIndex: 1, maxFailedIndexes: 5 })],
      [of({ completionMode: 'Indexed', parallelism: 1 }), 'field-required /spec/completions'],
      [of({ backoffLimitPerIndex: 1 }), 'field-forbidden /spec/backoffLimitPerIndex'],
      [indexed({ maxFailedIndexes: 1 }), 'field-required /spec/backoffLimitPerIndex'],
      [indexed({ backoffLimitPerIndex: 1, maxFailedIndexes: 6 }), 'field-range /spec/maxFailedIndexes'],
      [indexed({ parallelism: 100_001 }), 'field-range /spec/parallelism'],
      [indexed({ completions: 100_001, backoffLimitPerIndex: 1 }), 'field-required /spec/maxFailedIndexes'],
      [
        indexed({ completions: 100_001, backoffLimitPerIndex: 1, maxFailedIndexes: 1, parallelism: 10_001 }),
        'field-range /spec/parallelism',
      ],
      [of({ completionMode: 'Indexed', completions: 10 }, 'a'.repeat(61))],
      [of({ completionMode: 'Indexed', completions: 11 }, 'a'.repeat(61)), 'field-invalid /metadata/name'],
    ],
  },
  'what a failure of a pod means': {
    rule: job,
    cases: [
      [of(exits({ containerName: 'web' }))],
      [of(failing({ action: 'Ignore', onPodConditions: [{ type: 'a/b' }] }))],
      [of({ ...exits({}), ...restarting('OnFailure') }), 'field-invalid /spec/template/spec/restartPolicy'],
      [of({ ...exits({}), podReplacementPolicy: 'TerminatingOrFailed' }), 'field-invalid /spec/podReplacementPolicy'],
      [of(exits({ containerName: 'api' })), `field-invalid ${rule}/onExitCodes/containerName`],
      [of(exits({ values: [] })), `field-required ${rule}/onExitCodes/values`],
      [of(exits({ values: [2, 1] })), `field-invalid ${rule}/onExitCodes/values`],
      [of(exits({ values: [1, 1] })), `field-duplicate ${rule}/onExitCodes/values/1`],
      [of(exits({ values: [0] })), `field-invalid ${rule}/onExitCodes/values/0`],
      [of(exits({ operator: 'NotIn', values: [0] }))],
      [of(failing({ action: 'FailJob' })), `field-required ${rule}`],
      [
        of(failing({ action: 'FailIndex', onPodConditions: [{ type: 'a b', status: 'Yes' }] })),
        `field-invalid ${rule}/onPodConditions/0/type`,
        `field-invalid ${rule}/onPodConditions/0/status`,
        `field-invalid ${rule}/action`,
      ],
      [
        of(failing({ action: 'FailJob', onExitCodes: { operator: 'In', values: [1] }, onPodConditions: [{ type: 'a' }] })),
        `field-conflict ${rule}`,
      ],
      [
        of(failing(...Array.from({ length: 21 }, () => ({ action: 'Count', onPodConditions: [{ type: 'a' }] })))),
        'field-range /spec/podFailurePolicy/rules',
      ],
    ],
  },
  'when a Job is done early': {
    rule: job,
    cases: [
      [succeeding({ succeededIndexes: '0,2-4', succeededCount: 4 })],
      [of({ successPolicy: { rules: [{ succeededCount: 1 }] } }), 'field-forbidden /spec/successPolicy'],
      [indexed({ successPolicy: { rules: [] } }), 'field-required /spec/successPolicy/rules'],
      [succeeding({}), `field-required ${success}`],
      [succeeding({ succeededIndexes: '5' }), `field-invalid ${success}/succeededIndexes`],
      [succeeding({ succeededIndexes: '0-1', succeededCount: 3 }), `field-range ${success}/succeededCount`],
      [succeeding({ succeededCount: 6 }), `field-range ${success}/succeededCount`],
    ],
  },
  'the template of Jobs': {
    rule: jobTemplate,
    cases: [
      [{ spec: { template } }],
      [{}, 'field-required /spec/template'],
      [{ spec: { template, selector: {}, manualSelector: true } }, 'field-forbidden /spec/selector', 'field-invalid /spec/manualSelector'],
      [{ spec: { template, completionMode: 'Indexed' } }, 'field-required /spec/completions'],
    ],
  },
});

test('indexes are counted, or told to be none', () => {
  assert.deepEqual(
    ['', '0', '0-2,4', '1,3'].map((text) => indexes(text, 5)),
    [0, 1, 4, 2],
  );
  for (const text of ['a', '1-', '-1', '1-2-3', '5', '0-5', '2-2', '3-1', '1,1', '2,1', '1,,2', '0-2,2'])
    assert.equal(typeof indexes(text, 5), 'string', text);
});
