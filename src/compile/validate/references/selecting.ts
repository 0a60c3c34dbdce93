import { listAt, objectAt, type Path, stringAt } from '../../../model/json.ts';
import { type Manifest, refOf } from '../../../model/manifest.ts';
import type { Problem } from '../../../model/problem.ts';
import { formatRef } from '../../../model/ref.ts';
import { externalEntry, quoted } from '../../external.ts';
import { meantAnd } from '../../wording.ts';
import type { Subject } from '../subject.ts';
import { thereAre } from './missing.ts';
import type { Running } from './running.ts';
import { formatRequirements, type Requirement, requirementsOf, requirementsOfMap } from './selector.ts';

/** A selector of pods in an object. */
interface Selector {
  readonly path: Path;
  readonly namespace: string;
  readonly requirements: readonly Requirement[];
  /** Whether the object does nothing without pods. Who may call, or be called, need not be there. */
  readonly isNeeded: boolean;
}

/** The selectors of an object that need to select something. What selects everything is none of them. */
export function selectorsOf({ manifest, ref, kind }: Subject, isHome: (namespace: string) => boolean): readonly Selector[] {
  const { namespace } = ref;
  const own = (path: Path, requirements: readonly Requirement[] | undefined): readonly Selector[] =>
    requirements === undefined ? [] : [{ path, namespace, requirements, isNeeded: true }];
  switch (kind.name) {
    case 'Service':
      // An ExternalName only renames another host.
      if (stringAt(manifest, 'spec', 'type') === 'ExternalName') return [];
      return own(['spec', 'selector'], requirementsOfMap(objectAt(manifest, 'spec', 'selector')));
    case 'PodDisruptionBudget.policy':
      return own(['spec', 'selector'], requirementsOf(objectAt(manifest, 'spec', 'selector')));
    case 'NetworkPolicy.networking.k8s.io':
      return [
        ...own(['spec', 'podSelector'], requirementsOf(objectAt(manifest, 'spec', 'podSelector'))),
        ...peersOf(manifest).flatMap((path) => ofPeer(manifest, path, isHome)),
      ];
    default:
      return [];
  }
}

function peersOf(manifest: Manifest): readonly Path[] {
  const sides = [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const;
  return sides.flatMap(([side, list]) =>
    listAt(manifest, 'spec', side).flatMap((rule, i) => listAt(rule, list).map((_, j): Path => ['spec', side, i, list, j])),
  );
}

/** The namespace of a peer is known when it is the object's own, or one of the environment's that is selected by its name. */
function ofPeer(manifest: Manifest, path: Path, isHome: (namespace: string) => boolean): readonly Selector[] {
  const peer = objectAt(manifest, ...path);
  const requirements = requirementsOf(peer['podSelector']);
  if (requirements === undefined) return [];
  const found = { path: [...path, 'podSelector'], requirements, isNeeded: false };
  if (peer['namespaceSelector'] === undefined) return [{ ...found, namespace: refOf(manifest).namespace }];
  const [only, ...others] = requirementsOf(peer['namespaceSelector']) ?? [];
  const [namespace = '', ...more] = only?.operator === 'In' && only.key === 'kubernetes.io/metadata.name' ? only.values : [];
  return others.length === 0 && more.length === 0 && namespace !== '' && isHome(namespace) ? [{ ...found, namespace }] : [];
}

/** A selector that selects nothing. `mayBeOthers`: something in its namespace may make pods that nobody here knows. */
export function selectsNothing(
  manifest: Manifest,
  selector: Selector,
  { pods, mayBeOthers }: { readonly pods: Running; readonly mayBeOthers: boolean },
): Problem {
  const { path, namespace, requirements, isNeeded } = selector;
  const wanted = formatRequirements(requirements);
  const { text, help } = nearest(selector, pods);
  const where = namespace === '' ? 'beside it' : `in the namespace \`${namespace}\``;
  const entry = externalEntry({ group: '', kind: 'Pod', namespace, name: '' }, { labels: labelsFor(requirements) });
  const otherwise = `say that somebody else runs such pods: ${entry}`;
  return {
    code: 'selects-nothing',
    path,
    message: `\`${formatRef(refOf(manifest))}\` selects pods with ${wanted}, and no pods ${where} ${text}`,
    help: help(otherwise),
    ...(isNeeded && !mayBeOthers ? {} : { severity: 'warning' }),
  };
}

/** What is there instead: the values of the first label that no pod has as it is asked for. */
function nearest(
  { namespace, requirements }: Selector,
  pods: Running,
): { readonly text: string; readonly help: (otherwise: string) => string } {
  const odd = requirements.find((requirement) => pods.selected(namespace, [requirement]).length === 0);
  if (odd === undefined) return { text: 'have all of that together', help: (otherwise) => otherwise };
  const values = pods.values(namespace, odd.key);
  if (values.length === 0) {
    const keys = pods.keys(namespace);
    const text = keys.length === 0 ? 'are known' : `have the label \`${odd.key}\`: ${thereAre(keys)}`;
    return { text, help: (otherwise) => meantAnd(otherwise, odd.key, keys) };
  }
  const [value = ''] = odd.values;
  return {
    text: `have ${requirements.length === 1 ? 'that' : formatRequirements([odd])}: for \`${odd.key}\` ${thereAre(values)}`,
    help: (otherwise) => meantAnd(otherwise, value, values),
  };
}

/** Labels that meet `requirements`, as they stand in code. */
function labelsFor(requirements: readonly Requirement[]): string {
  const labels = requirements
    .filter(({ operator }) => operator === 'In' || operator === 'Exists')
    .map(({ key, values: [value = ''] }) => {
      const name = /^[A-Za-z_]\w*$/.test(key) ? key : quoted(key);
      return `${name}: ${quoted(value)}`;
    });
  return `{ ${labels.join(', ')} }`;
}
