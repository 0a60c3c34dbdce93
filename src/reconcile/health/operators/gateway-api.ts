import type { Health } from '../../../model/health.ts';
import { at, type Json, listAt, numberAt, stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { because, conditionIn, current, exists, inProgress } from '../rule.ts';
import { conditions, judgeConditions, unmet } from './conditions.ts';
import { alike, inGroup, type Judgements } from './judgement.ts';

const group = 'gateway.networking.k8s.io';

/**
 * The Gateway API, by `apis/v1` of sigs.k8s.io/gateway-api: implementations must always write the generation that a condition
 * is of. What is wrong may lie in what an object refers to, so that nothing is final.
 */
export const gatewayApi: Judgements = {
  ...inGroup(group, {
    GatewayClass: conditions({ current: ['Accepted'], seen: 'condition' }),
    Gateway: listening,
    ListenerSet: listening,
    ReferenceGrant: exists,
  }),
  ...alike(group, ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'], route),
};

const programmed = conditions({ current: ['Accepted', 'Programmed'], seen: 'condition' });

/** Accepted and programmed, with every one of its listeners accepted, and what that refers to found. */
function listening(object: LiveObject): Health {
  const health = judgeConditions(programmed, object);
  if (health.status !== 'Current') return health;
  const listeners = listAt(object, 'spec', 'listeners').map((listener) => stringAt(listener, 'name') ?? '');
  for (const name of listeners) {
    const status = listAt(object, 'status', 'listeners').find((one) => stringAt(one, 'name') === name);
    const waiting = missing(object, status, `listener \`${name}\``);
    if (waiting !== undefined) return waiting;
  }
  return current(`programmed, listeners: ${listeners.length}`);
}

/** Accepted by every one of its parents, by each of the controllers that answer for it, with all that it refers to found. */
function route(object: LiveObject): Health {
  const parents = listAt(object, 'spec', 'parentRefs');
  for (const parent of parents) {
    const answers = listAt(object, 'status', 'parents').filter((one) => isSame(object, parent, at(one, 'parentRef') ?? null));
    for (const answer of answers.length === 0 ? [undefined] : answers) {
      const waiting = missing(object, answer, `parent \`${stringAt(parent, 'name') ?? ''}\``);
      if (waiting !== undefined) return waiting;
    }
  }
  return current(`accepted by its parents: ${parents.length}`);
}

/**
 * InProgress while a part of the status of `object` does not say that all of it is accepted and found. Not all implementations
 * say of each listener that it is programmed; a route that is partially invalid is accepted without some of its rules.
 */
function missing(object: LiveObject, status: Json | undefined, who: string): Health | undefined {
  const told = ['Accepted', 'ResolvedRefs', ...(conditionIn(status, 'Programmed') === undefined ? [] : ['Programmed'])];
  for (const type of told) {
    const found = unmet({ final: [], seen: 'condition' }, object, conditionIn(status, type));
    if (found !== undefined) return inProgress(`${who}: ${found.message}`);
  }
  const partial = conditionIn(status, 'PartiallyInvalid');
  return partial?.status === 'True' ? inProgress(`${who}: ${because(partial)}`) : undefined;
}

/** Whether two references are to the same parent; what they leave out has a default. */
function isSame(object: LiveObject, a: Json, b: Json): boolean {
  const key = (ref: Json) =>
    [
      stringAt(ref, 'group') ?? group,
      stringAt(ref, 'kind') ?? 'Gateway',
      stringAt(ref, 'namespace') ?? object.metadata.namespace ?? '',
      stringAt(ref, 'name') ?? '',
      stringAt(ref, 'sectionName') ?? '',
      numberAt(ref, 'port') ?? '',
    ].join('/');
  return key(a) === key(b);
}
