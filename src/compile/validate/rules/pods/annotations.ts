import { type JsonObject, objectAt, type Path } from '../../../../model/json.ts';
import type { Problem } from '../../../../model/problem.ts';
import { formatProblem, relativePath } from '../../../../schema/formats.ts';
import { invalid, missing } from '../checks.ts';
import { eachKey, fine, isFilled, type Rule } from '../rule.ts';
import { containersOf } from './containers.ts';

const seccomp = 'seccomp.security.alpha.kubernetes.io/pod';
const containerSeccomp = 'container.seccomp.security.alpha.kubernetes.io/';
const containerAppArmor = 'container.apparmor.security.beta.kubernetes.io/';
const mirror = 'kubernetes.io/config.mirror';
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost';

/** What is wrong with an annotation of a pod that means something to the API server, by how its key begins. */
const meanings: readonly (readonly [start: string, problemOf: (value: string) => string | undefined])[] = [
  [seccomp, seccompProblem],
  [containerSeccomp, seccompProblem],
  [containerAppArmor, appArmorProblem],
  [deletionCost, costProblem],
];

function seccompProblem(value: string): string | undefined {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(value)) return undefined;
  if (!value.startsWith('localhost/')) return 'it is `runtime/default`, `unconfined` or `localhost/…`';
  return formatProblem(value.slice('localhost/'.length), relativePath);
}

function appArmorProblem(value: string): string | undefined {
  const isKnown = ['', 'runtime/default', 'unconfined'].includes(value) || value.startsWith('localhost/');
  return isKnown ? undefined : 'it is `runtime/default`, `unconfined` or `localhost/…`';
}

/** Neither a sign nor zeros in front, and 32 bits (core helpers, GetDeletionCostFromPodAnnotations). */
function costProblem(value: string): string | undefined {
  const isWhole = /^(?:-[0-9]+|0|[1-9][0-9]*)$/.test(value);
  return isWhole && Number(value) >= -(2 ** 31) && Number(value) < 2 ** 31 ? undefined : 'it is a whole number of 32 bits';
}

/** The annotations of a pod with metadata and spec (core validation, ValidatePodSpecificAnnotations). */
export const podAnnotations: Rule = (pod, path) => {
  const annotations = objectAt(pod, 'metadata', 'annotations');
  const spec = objectAt(pod, 'spec');
  const at = [...path, 'metadata', 'annotations'];
  return [...judged(annotations, at), ...unknownContainers(annotations, at, spec), ...lonelyMirror(annotations, at, spec)];
};

const judged: Rule = eachKey((key, value, path) => {
  const found = typeof value === 'string' ? meanings.find(([start]) => key.startsWith(start)) : undefined;
  const problem = found?.[1](String(value));
  return problem === undefined ? fine : [invalid(path, value, problem)];
});

function unknownContainers(annotations: JsonObject, at: Path, spec: JsonObject): readonly Problem[] {
  const profiles = Object.keys(annotations).filter((key) => key.startsWith(containerAppArmor));
  if (profiles.length === 0) return fine;
  const names = containersOf(spec, []).map(({ container }) => container['name']);
  return profiles
    .filter((key) => !names.includes(key.slice(containerAppArmor.length)))
    .map((key) => invalid([...at, key], key.slice(containerAppArmor.length), 'the pod has no such container'));
}

function lonelyMirror(annotations: JsonObject, at: Path, spec: JsonObject): readonly Problem[] {
  return mirror in annotations && !isFilled(spec['nodeName'])
    ? [missing([...at.slice(0, -2), 'spec', 'nodeName'], `\`${mirror}\` names a node`)]
    : fine;
}
