import { type Json, stringAt } from '../../../model/json.ts';
import { labelValue, qualifiedName } from '../../../schema/formats.ts';
import { blockOf } from '../../../schema/ip.ts';
import { anyBlock, twoVersions } from './addresses.ts';
import { filled, formatted } from './checks.ts';
import { builtinFinalizers } from './metadata.ts';
import { once } from './once.ts';
import { all, each, fields, type Rule } from './rule.ts';

const taint: Rule = fields({ key: formatted(qualifiedName), value: formatted(labelValue), effect: filled });

const taintIdentity = (entry: Json): string => `${stringAt(entry, 'key') ?? ''}:${stringAt(entry, 'effect') ?? ''}`;

/** A Node (core validation, ValidateNode). */
export const node: Rule = fields({
  spec: fields({
    taints: all(each(taint), once('taints', taintIdentity)),
    podCIDRs: all(each(anyBlock), (value, path) => twoVersions(value, path, (text) => blockOf(text)?.address.version)),
  }),
});

/** A Namespace (core validation, ValidateNamespace). */
export const namespace: Rule = fields({ spec: all(fields({ finalizers: each(formatted(qualifiedName)) }), builtinFinalizers) });
