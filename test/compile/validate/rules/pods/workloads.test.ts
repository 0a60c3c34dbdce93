import { numberOrPart, numberOrShare } from '../../../../../src/compile/validate/rules/pods/shares.ts';
import {
  daemonSet,
  deployment,
  replicaSet,
  replicationController,
  statefulSet,
} from '../../../../../src/compile/validate/rules/pods/workloads.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const template = { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image: 'a' }] } };
const selector = { matchLabels: { app: 'web' } };
const of = (more: JsonObject) => ({ spec: { selector, template, ...more } });
const rolling = (key: string, rollingUpdate: JsonObject) => of({ [key]: { type: 'RollingUpdate', rollingUpdate } });
const claim = (name: string, more: JsonObject = {}) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...more },
});
const mounting = { ...template, spec: { containers: [{ name: 'web', image: 'a', volumeMounts: [{ name: 'data', mountPath: '/a' }] }] } };

testRules({
  'a number or a share': { rule: numberOrShare, cases: [[0], ['150%'], [-1, 'field-range'], ['5', 'field-invalid'], [true]] },
  'a number or a part': { rule: numberOrPart, cases: [[200], ['100%'], ['101%', 'field-invalid']] },
  'a Deployment': {
    rule: deployment,
    cases: [
      [of({ replicas: 0, strategy: { type: 'Recreate' } })],
      [of({ strategy: { rollingUpdate: null } })],
      [{}, 'field-required /spec/selector', 'field-required /spec/template'],
      [
        of({ replicas: -1, minReadySeconds: -1, revisionHistoryLimit: -1 }),
        'field-range /spec/replicas',
        'field-range /spec/minReadySeconds',
        'field-range /spec/revisionHistoryLimit',
      ],
      [of({ selector: {} }), 'field-required /spec/selector'],
      [of({ selector: { matchLabels: { app: 'api' } } }), 'selector-mismatch /spec/template/metadata/labels'],
      [
        of({ selector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['web'] }] } }),
        'selector-mismatch /spec/template/metadata/labels',
      ],
      [of({ selector: { matchLabels: { app: 'api' } }, template: { ...template, metadata: { labels: { app: 7 } } } })],
      [of({ strategy: { type: 'Recreate', rollingUpdate: {} } }), 'field-forbidden /spec/strategy/rollingUpdate'],
      [of({ minReadySeconds: 600 }), 'field-range /spec/minReadySeconds'],
      [of({ minReadySeconds: 5, progressDeadlineSeconds: 5 }), 'field-range /spec/progressDeadlineSeconds'],
      [
        of({ template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } }),
        'field-invalid /spec/template/spec/restartPolicy',
      ],
    ],
  },
  'how a Deployment is rolled out': {
    rule: deployment,
    cases: [
      [rolling('strategy', { maxSurge: '150%', maxUnavailable: 0 })],
      [rolling('strategy', { maxSurge: 0 })],
      [rolling('strategy', { maxSurge: '0%', maxUnavailable: 0 }), 'field-invalid /spec/strategy/rollingUpdate/maxUnavailable'],
      [rolling('strategy', { maxUnavailable: '101%' }), 'field-invalid /spec/strategy/rollingUpdate/maxUnavailable'],
      [rolling('strategy', { maxSurge: '1' }), 'field-invalid /spec/strategy/rollingUpdate/maxSurge'],
    ],
  },
  'a ReplicaSet': {
    rule: replicaSet,
    cases: [
      [of({})],
      [{}, 'field-required /spec/selector', 'field-required /spec/template'],
      [{ spec: { selector } }, 'field-required /spec/template'],
      [of({ replicas: -1 }), 'field-range /spec/replicas'],
    ],
  },
  'a DaemonSet': {
    rule: daemonSet,
    cases: [
      [rolling('updateStrategy', { maxUnavailable: 0, maxSurge: 1 })],
      [of({ updateStrategy: { type: 'OnDelete', rollingUpdate: { maxSurge: '200%' } } })],
      [rolling('updateStrategy', { maxSurge: 1 }), 'field-invalid /spec/updateStrategy/rollingUpdate/maxSurge'],
      [rolling('updateStrategy', { maxUnavailable: 0 }), 'field-invalid /spec/updateStrategy/rollingUpdate/maxUnavailable'],
      [rolling('updateStrategy', { maxUnavailable: 0, maxSurge: '101%' }), 'field-invalid /spec/updateStrategy/rollingUpdate/maxSurge'],
    ],
  },
  'a StatefulSet': {
    rule: statefulSet,
    cases: [
      [of({ template: mounting, volumeClaimTemplates: [claim('data')], serviceName: '', ordinals: { start: 0 } })],
      [
        of({ template: mounting, volumeClaimTemplates: [claim('other')] }),
        'mount-unknown /spec/template/spec/containers/0/volumeMounts/0/name',
      ],
      [of({ volumeClaimTemplates: [claim('a', { accessModes: [] })] }), 'field-required /spec/volumeClaimTemplates/0/spec/accessModes'],
      [of({ serviceName: 'a.b', ordinals: { start: -1 } }), 'field-invalid /spec/serviceName', 'field-range /spec/ordinals/start'],
      [
        of({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Keep' } }),
        'field-invalid /spec/persistentVolumeClaimRetentionPolicy/whenDeleted',
      ],
      [of({ updateStrategy: { type: 'OnDelete', rollingUpdate: {} } }), 'field-forbidden /spec/updateStrategy/rollingUpdate'],
      [rolling('updateStrategy', { partition: -1 }), 'field-range /spec/updateStrategy/rollingUpdate/partition'],
    ],
  },
  'a ReplicationController': {
    rule: replicationController,
    cases: [
      [{ spec: { template } }],
      [{ spec: { selector: { app: 'web' }, template } }],
      [{ spec: { selector: { app: 'api' }, template } }, 'selector-mismatch /spec/template/metadata/labels'],
      [{ spec: { template: { spec: template.spec } } }, 'field-required /spec/selector'],
      [{ spec: { selector: { app: 'web' } } }, 'field-required /spec/template'],
    ],
  },
});
