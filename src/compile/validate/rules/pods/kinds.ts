import { missing } from '../checks.ts';
import { builtinFinalizers } from '../metadata.ts';
import { all, fields, fine, isSet, object, type Rule } from '../rule.ts';
import { cronJob } from './cronjob.ts';
import { job } from './jobs.ts';
import { pod, podTemplate } from './template.ts';
import { daemonSet, deployment, replicaSet, replicationController, statefulSet } from './workloads.ts';

const template: Rule = all(
  fields({ template: podTemplate }),
  object((value, path) => (isSet(value['template']) ? fine : [missing([...path, 'template'])])),
);

const ofKind: Readonly<Record<string, Rule>> = {
  'CronJob.batch': cronJob,
  'DaemonSet.apps': daemonSet,
  'Deployment.apps': deployment,
  'Job.batch': job,
  Pod: pod,
  PodTemplate: template,
  'ReplicaSet.apps': replicaSet,
  ReplicationController: replicationController,
  'StatefulSet.apps': statefulSet,
};

const metadata: Rule = fields({ metadata: builtinFinalizers });

/** The rules of pods, and of the kinds that make them. */
export const podRules: Readonly<Record<string, Rule>> = Object.fromEntries(
  Object.entries(ofKind).map(([kind, rule]) => [kind, all(metadata, rule)]),
);
