import { isObject, type Json, type JsonObject, listAt, objectAt, type Path } from '../../../../model/json.ts';
import type { Problem } from '../../../../model/problem.ts';
import { shown } from '../../../wording.ts';
import { invalid } from '../checks.ts';
import { amountsIn } from '../resources.ts';
import { fine, isSet, object, type Rule } from '../rule.ts';
import { containersOf } from './containers.ts';

type Amounts = ReadonlyMap<string, bigint>;

function sum(a: Amounts, b: Amounts): Amounts {
  return merge(a, b, (x, y) => x + y);
}

function most(a: Amounts, b: Amounts): Amounts {
  return merge(a, b, (x, y) => (x > y ? x : y));
}

function merge(a: Amounts, b: Amounts, of: (x: bigint, y: bigint) => bigint): Amounts {
  return new Map([...new Set([...a.keys(), ...b.keys()])].map((name) => [name, of(a.get(name) ?? 0n, b.get(name) ?? 0n)]));
}

const none: Amounts = new Map();

/**
 * What the containers of the pod `spec` need at once: those that run together, or one that comes before them, with the ones
 * that were started before it and go on (component-helpers, AggregateContainerRequests).
 */
function together(spec: JsonObject, of: (container: Json) => Amounts): Amounts {
  let running = listAt(spec, 'containers').map(of).reduce(sum, none);
  let started = none;
  let before = none;
  for (const container of listAt(spec, 'initContainers')) {
    const own = of(container);
    const isSidecar = isObject(container) && container['restartPolicy'] === 'Always';
    if (isSidecar) {
      running = sum(running, own);
      started = sum(started, own);
    }
    before = most(before, isSidecar ? started : sum(own, started));
  }
  return most(running, before);
}

function tooMuch(asked: Amounts, given: Amounts, told: (name: string) => Problem | undefined): readonly Problem[] {
  return [...asked].flatMap(([name, amount]) => {
    const limit = given.get(name);
    const problem = limit !== undefined && amount > limit ? told(name) : undefined;
    return problem === undefined ? fine : [problem];
  });
}

/** A pod as a whole has at least what its containers need (core validation, validatePodResourceConsistency). */
export const podLevel: Rule = object((spec, path) => {
  if (!isSet(spec['resources'])) return fine;
  const requests = amountsIn(spec, 'resources', 'requests');
  const limits = amountsIn(spec, 'resources', 'limits');
  const pages = new Map([...limits].filter(([name]) => name.startsWith('hugepages-')));
  const about = (map: string) => (name: string) => {
    const at: Path = [...path, 'resources', map, name];
    return invalid(at, objectAt(spec, 'resources', map)[name] ?? '', `the containers of the pod have more \`${map}\` together`);
  };
  return [
    ...tooMuch(
      together(spec, (container) => amountsIn(container, 'resources', 'requests')),
      requests,
      about('requests'),
    ),
    ...tooMuch(
      together(spec, (container) => amountsIn(container, 'resources', 'limits')),
      pages,
      about('limits'),
    ),
    ...containersOf(spec, path)
      .filter(({ list }) => list === 'containers')
      .flatMap((placed) => {
        const at = [...placed.path, 'resources', 'limits'];
        const own = objectAt(placed.container, 'resources', 'limits');
        return tooMuch(amountsIn(own), limits, (name) =>
          invalid([...at, name], own[name] ?? '', `the pod as a whole has ${shown(objectAt(spec, 'resources', 'limits')[name])}`),
        );
      }),
  ];
});
