import { type Json, listAt, stringAt } from '../../../model/json.ts';
import { labelValue, qualifiedName, type TextFormat } from '../../../schema/formats.ts';
import { blockOf } from '../../../schema/ip.ts';
import { anyBlock, twoVersions } from './addresses.ts';
import { filled, formatted, oneOf } from './checks.ts';
import { builtinFinalizers } from './metadata.ts';
import { once } from './once.ts';
import { all, each, eachKey, fields, fine, object, type Rule } from './rule.ts';

const taint: Rule = fields({ key: formatted(qualifiedName), value: formatted(labelValue), effect: filled });

const taintIdentity = (entry: Json): string => `${stringAt(entry, 'key') ?? ''}:${stringAt(entry, 'effect') ?? ''}`;

const blocks: Rule = all(each(anyBlock), (value, path) => twoVersions(value, path, (text) => blockOf(text)?.address.version));

/** The older `podCIDR` takes the place of all of `podCIDRs` when it is not the first of them (core/v1 conversion). */
const podBlocks: Rule = object((spec, path) => {
  const single = stringAt(spec, 'podCIDR') ?? '';
  const several = listAt(spec, 'podCIDRs');
  return single === '' || single === several[0] ? blocks(several as Json, [...path, 'podCIDRs']) : anyBlock(single, [...path, 'podCIDR']);
});

/** A Node (core validation, ValidateNode). */
export const node: Rule = fields({
  spec: all(podBlocks, fields({ taints: all(each(taint), once('taints', taintIdentity)) })),
});

const levels = oneOf('privileged', 'baseline', 'restricted');
const levelVersion: TextFormat = { test: /^(?:latest|v1\.(?:0|[1-9][0-9]*))$/, what: 'is `latest` or a version as `v1.35`' };

/** The labels by which a namespace says what its pods may do (pod-security-admission, api/helpers.go). */
const podSecurity: ReadonlyMap<string, Rule> = new Map(
  ['enforce', 'audit', 'warn'].flatMap((mode): [string, Rule][] => [
    [`pod-security.kubernetes.io/${mode}`, levels],
    [`pod-security.kubernetes.io/${mode}-version`, formatted(levelVersion)],
  ]),
);

const podSecurityLabels: Rule = eachKey((key, value, path) => podSecurity.get(key)?.(value, path) ?? fine);

/** A Namespace (core validation, ValidateNamespace). */
export const namespace: Rule = fields({
  metadata: fields({ labels: podSecurityLabels }),
  spec: all(fields({ finalizers: each(formatted(qualifiedName)) }), builtinFinalizers),
});
