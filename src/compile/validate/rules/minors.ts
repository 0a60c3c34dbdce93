import { dnsLabel, dnsLabel1035, formatProblem } from '../../../schema/formats.ts';
import { atLeast, atMostOne, invalid, text } from './checks.ts';
import { all, each, fields, fine, type Rule, when } from './rule.ts';

/** A rule that the API server has in some minors of Kubernetes 1 only, one at most for each kind: from the first to the last, both included. */
interface DatedRule {
  readonly kind: string;
  readonly minors: readonly [from: number, to: number];
  readonly rule: Rule;
}

/** Before names of Services could begin with a digit. What is no label at all is told in every minor. */
const olderService: Rule = fields({
  service: fields({
    name: text((value) => (value === '' || formatProblem(value, dnsLabel) !== undefined ? undefined : formatProblem(value, dnsLabel1035))),
  }),
});

const paths: Rule = fields({ http: fields({ paths: each(fields({ backend: olderService })) }) });

/** That a slice leaves it to its devices which nodes they are on goes with no other way to say it. */
const leftToDevices: Rule = all(
  when((spec) => spec['perDeviceNodeSelection'] === true, atMostOne('perDeviceNodeSelection', 'nodeName', 'nodeSelector', 'allNodes')),
  fields({ perDeviceNodeSelection: (value, path) => (value === false ? [invalid(path, false, 'it is `true`, or not set')] : fine) }),
);

/**
 * By what each minor does unless it is told otherwise (pkg/features: RelaxedServiceNameValidation, MutableCSINodeAllocatableCount,
 * DRAPartitionableDevices).
 */
const dated: readonly DatedRule[] = [
  {
    kind: 'Ingress.networking.k8s.io',
    minors: [0, 35],
    rule: fields({ spec: fields({ defaultBackend: olderService, rules: each(paths) }) }),
  },
  {
    kind: 'CSIDriver.storage.k8s.io',
    minors: [35, Number.POSITIVE_INFINITY],
    rule: fields({ spec: fields({ nodeAllocatableUpdatePeriodSeconds: atLeast(10) }) }),
  },
  { kind: 'ResourceSlice.resource.k8s.io', minors: [36, Number.POSITIVE_INFINITY], rule: fields({ spec: leftToDevices }) },
];

/** What `minor` asks of an object of `kind` beside what all minors do; undefined where that is nothing. */
export function ruleIn(minor: number, kind: string): Rule | undefined {
  return dated.find(({ kind: one, minors: [from, to] }) => one === kind && from <= minor && minor <= to)?.rule;
}
