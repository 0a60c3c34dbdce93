import type { Diagnostic } from '../../model/diagnostic.ts';
import { stringAt } from '../../model/json.ts';
import { formatGroupKind, formatRef, type ObjectKey } from '../../model/ref.ts';
import { dnsLabel, formatProblem, type TextFormat } from '../../schema/formats.ts';
import { isBuiltinGroup } from '../../schema/kinds.ts';
import { type Draft, errorAbout, placeAbout, whereMade } from '../draft.ts';
import type { KindTable } from '../served.ts';
import { nameFormat, nameOfPrefix, prefixFormat } from './names.ts';
import { remembered } from './remembered.ts';
import type { Subject, WrittenKind } from './subject.ts';

/**
 * Judges that every object has a name and a scope that the API server of `minor` would take, and that no two are the same.
 * Where the minor is not known, it is judged what every minor would say.
 */
export function judgeIdentities(subjects: readonly Subject[], kinds: KindTable, minor: number | undefined): readonly Diagnostic[] {
  const formatOf = remembered((kind: WrittenKind) => nameFormat(kind, minor));
  const own = subjects.flatMap((subject) => {
    const inScope = checkScope(subject, kinds);
    const inNames = checkNames(subject, formatOf(subject.kind), minor);
    return inNames.length === 0 ? inScope : [...inScope, ...inNames];
  });
  return [...own, ...duplicates(subjects)];
}

const fine: readonly Diagnostic[] = [];

function checkScope({ draft, ref, kind }: Subject, kinds: KindTable): readonly Diagnostic[] {
  const known = kind.builtin ?? kinds(ref);
  // Of a group of Kubernetes' own it is none of its kinds, which is told with its version.
  if (known === undefined && isBuiltinGroup(ref.group)) return fine;
  if (known === undefined) {
    const message = `the kind \`${formatGroupKind(ref)}\` is none of Kubernetes' own, and no CustomResourceDefinition here defines it`;
    const help = "the agent's rights and the object's scope are guesses until its CustomResourceDefinition is in the environment";
    return [{ code: 'kind-unknown', severity: 'warning', message, at: placeAbout(draft), help }];
  }
  if (known.namespaced && ref.namespace === '') {
    const message = `\`${formatRef(ref)}\` has no namespace, and its kind needs one`;
    const help = 'give the chart a namespace: `defineChart({ namespace: … })`, or the object: `metadata: { namespace: … }`';
    return [errorAbout(draft, { code: 'namespace-missing', message, help })];
  }
  if (!known.namespaced && ref.namespace !== '') {
    const message = `\`${ref.kind}\` \`${ref.name}\` is given the namespace \`${ref.namespace}\`, but its kind has none`;
    return [errorAbout(draft, { code: 'namespace-on-cluster-scoped', message, help: 'remove it', pointer: '/metadata/namespace' })];
  }
  return fine;
}

/** Whether `name` could be that of a namespace. */
export function isNamespaceName(name: string): boolean {
  return formatProblem(name, dnsLabel) === undefined;
}

function checkNames({ draft, manifest, ref }: Subject, format: TextFormat, minor: number | undefined): readonly Diagnostic[] {
  const inName = formatProblem(ref.name, format);
  const prefix = stringAt(manifest.metadata['generateName']) ?? '';
  const madeName = nameOfPrefix(prefix);
  const inPrefix = madeName === undefined ? undefined : formatProblem(madeName, prefixFormat(ref, minor));
  const inNamespace = ref.namespace === '' ? undefined : formatProblem(ref.namespace, dnsLabel);
  if (inName === undefined && inPrefix === undefined && inNamespace === undefined) return fine;
  const found: Diagnostic[] = [];
  if (inName !== undefined) {
    const message = `\`${ref.name}\` cannot be the name of a \`${ref.kind}\`: ${inName}`;
    const help = 'cdk8s makes names of the ids on the way to an object; `metadata: { name: … }` sets one';
    found.push(errorAbout(draft, { code: 'name-invalid', message, help, pointer: '/metadata/name' }));
  }
  if (inPrefix !== undefined) {
    const message = `names of a \`${ref.kind}\` cannot begin with \`${prefix}\`: ${inPrefix}`;
    const help = 'remove `generateName`: the object has a `name`, since what is made at random is never the same object twice';
    found.push(errorAbout(draft, { code: 'name-invalid', message, help, pointer: '/metadata/generateName' }));
  }
  if (inNamespace !== undefined) {
    const message = `\`${ref.namespace}\` cannot be a namespace: ${inNamespace}`;
    found.push(errorAbout(draft, { code: 'namespace-invalid', message, pointer: '/metadata/namespace' }));
  }
  return found;
}

function duplicates(subjects: readonly Subject[]): readonly Diagnostic[] {
  const first = new Map<ObjectKey, Draft>();
  return subjects.flatMap(({ draft, ref, key }) => {
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, draft);
      return fine;
    }
    const message = `\`${formatRef(ref)}\` is made twice: by ${whereMade(other)} and by ${whereMade(draft)}`;
    const help = 'give one of them another name or namespace; cdk8s shortens the names that it makes to 63 characters';
    return [errorAbout(draft, { code: 'duplicate-object', message, help })];
  });
}
