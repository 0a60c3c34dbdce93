import { keyOfStep, listAt, numberAt, objectAt, stringAt } from '../../../model/json.ts';
import type { Manifest } from '../../../model/manifest.ts';
import type { Draft } from '../../draft.ts';
import type { Fact } from './known.ts';

/** The parts that somebody knows of an object, or that there may be any. */
export type Parts = ReadonlySet<string> | 'any';

/** The keys of a ConfigMap or Secret, as `fact` tells them. */
export function keysOf(fact: Fact): Parts {
  switch (fact.by) {
    case 'environment':
      return keysIn(fact.draft);
    case 'controller':
      return fact.made.keys === undefined ? 'any' : new Set(fact.made.keys);
    case 'external':
      return fact.external.keys ?? 'any';
    case 'cluster':
      return 'any';
  }
}

/** The names and numbers of a Service's ports, as `fact` tells them. */
export function portsOf(fact: Fact): Parts {
  switch (fact.by) {
    case 'environment':
      return portsIn(fact.draft);
    case 'external':
      return fact.external.ports ?? 'any';
    case 'controller':
    case 'cluster':
      return 'any';
  }
}

const dataFields = ['data', 'binaryData', 'stringData'];

/** What a controller writes into a Secret for a ServiceAccount (core/v1). */
const tokenKeys = ['ca.crt', 'namespace', 'token'];

function keysIn({ manifest, rules }: Draft): Parts {
  if (dataFields.some((field) => rules.ignore.includes(`/${field}`))) return 'any';
  const left = rules.ignore.flatMap((ignored) => {
    const key = dataFields.map((field) => `/${field}/`).find((prefix) => ignored.startsWith(prefix));
    return key === undefined ? [] : [keyOfStep(ignored.slice(key.length))];
  });
  return new Set([
    ...dataFields.flatMap((field) => Object.keys(objectAt(manifest, field))),
    ...left,
    ...(stringAt(manifest, 'type') === 'kubernetes.io/service-account-token' ? tokenKeys : []),
  ]);
}

/** An ExternalName is no Service of ports: it only renames another host. */
function portsIn({ manifest, rules }: Draft): Parts {
  const isOpen = rules.ignore.some((ignored) => ignored === '/spec' || ignored.startsWith('/spec/ports'));
  if (isOpen || stringAt(manifest, 'spec', 'type') === 'ExternalName') return 'any';
  return portNames(manifest);
}

/** The names and numbers of the ports of a Service. */
function portNames(manifest: Manifest): ReadonlySet<string> {
  return new Set(
    listAt(manifest, 'spec', 'ports').flatMap((port) => {
      const number = numberAt(port, 'port');
      return [...(stringAt(port, 'name') ? [stringAt(port, 'name') ?? ''] : []), ...(number === undefined ? [] : [String(number)])];
    }),
  );
}
