import type { Manifest } from '../../../model/manifest.ts';
import type { Problem } from '../../../model/problem.ts';
import { formatGroupKind, groupOf } from '../../../model/ref.ts';
import { builtinFinalizers, metadata } from './metadata.ts';
import { objectRules } from './objects.ts';
import { readOnly } from './readonly.ts';
import { all, fields, type Rule } from './rule.ts';
import { size } from './size.ts';

const everyKind: Rule = all(fields({ metadata }), readOnly, size);

/** The rules of Kubernetes' own kinds, beside those of every kind. */
const rules: Readonly<Record<string, Rule>> = {
  ...objectRules,
  'CronJob.batch': fields({ metadata: builtinFinalizers }),
  'DaemonSet.apps': fields({ metadata: builtinFinalizers }),
  'Deployment.apps': fields({ metadata: builtinFinalizers }),
  'Job.batch': fields({ metadata: builtinFinalizers }),
  Pod: fields({ metadata: builtinFinalizers }),
  PodTemplate: fields({ metadata: builtinFinalizers }),
  'ReplicaSet.apps': fields({ metadata: builtinFinalizers }),
  ReplicationController: fields({ metadata: builtinFinalizers }),
  'StatefulSet.apps': fields({ metadata: builtinFinalizers }),
};

/** What the API server's code would refuse in `manifest`, whatever the schema says. */
export function brokenRules(manifest: Manifest): readonly Problem[] {
  const { apiVersion, kind } = manifest;
  const own = rules[formatGroupKind({ group: groupOf(apiVersion), kind })];
  return (own === undefined ? everyKind : all(everyKind, own))(manifest, []);
}
