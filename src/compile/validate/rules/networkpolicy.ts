import { listAt, stringAt } from '../../../model/json.ts';
import type { Problem } from '../../../model/problem.ts';
import { blockOf, isStrictlyInside } from '../../../schema/ip.ts';
import { anyBlock } from './addresses.ts';
import { atMostEntries, forbidden, invalid, missing } from './checks.ts';
import { portNumber, portNumberOrName } from './ports.ts';
import { all, each, fields, fine, isSet, object, type Rule } from './rule.ts';
import { labelSelector } from './selectors.ts';
import { specOf } from './spec.ts';

const range: Rule = object(({ port, endPort }, path) => {
  if (!isSet(endPort)) return fine;
  const here = [...path, 'endPort'];
  if (typeof port !== 'number') return [forbidden(here, 'it ends a range that begins with the number of a `port`')];
  return typeof endPort === 'number' && endPort < port ? [invalid(here, endPort, `it is at least \`port\`, ${port}`)] : fine;
});

const port: Rule = all(range, fields({ port: portNumberOrName, endPort: portNumber }));

const exceptions: Rule = object((block, path) => {
  const outer = blockOf(stringAt(block, 'cidr') ?? '');
  return listAt(block, 'except').flatMap((text, i): readonly Problem[] => {
    const inner = typeof text === 'string' ? blockOf(text) : undefined;
    if (outer === undefined || inner === undefined || isStrictlyInside(inner, outer)) return fine;
    return [invalid([...path, 'except', i], text, 'it is a part of `cidr`, and not all of it')];
  });
});

const peer: Rule = all(
  fields({
    podSelector: labelSelector,
    namespaceSelector: labelSelector,
    ipBlock: all(exceptions, fields({ cidr: anyBlock, except: each(anyBlock) })),
  }),
  object((value, path) => {
    const selects = ['podSelector', 'namespaceSelector'].find((key) => isSet(value[key]));
    if (isSet(value['ipBlock'])) return selects === undefined ? fine : [forbidden([...path, 'ipBlock'], `\`${selects}\` is, too`)];
    return selects === undefined ? [missing(path, 'a peer has a `podSelector`, a `namespaceSelector` or an `ipBlock`')] : fine;
  }),
);

/** A NetworkPolicy (networking validation, ValidateNetworkPolicySpec). */
export const networkPolicy: Rule = specOf(
  fields({
    podSelector: labelSelector,
    ingress: each(fields({ ports: each(port), from: each(peer) })),
    egress: each(fields({ ports: each(port), to: each(peer) })),
    policyTypes: atMostEntries(2),
  }),
);
