import { dyn, listType, mapType, type ObjectType, open, type Type } from '../../../schema/cel/types.ts';

const bool: Type = { kind: 'bool' };
const int: Type = { kind: 'int' };
const string: Type = { kind: 'string' };
const timestamp: Type = { kind: 'timestamp' };

function objectType(fields: Readonly<Record<string, Type>>): ObjectType {
  return { kind: 'object', fields: new Map(Object.entries(fields)) };
}

const ofKind = objectType({ group: string, version: string, kind: string });
const ofResource = objectType({ group: string, version: string, resource: string });

/** An AdmissionRequest, but for its objects, which are variables of their own (apiserver/pkg/admission/plugin/cel, BuildRequestType). */
const request = objectType({
  kind: ofKind,
  resource: ofResource,
  subResource: string,
  requestKind: ofKind,
  requestResource: ofResource,
  requestSubResource: string,
  name: string,
  namespace: string,
  operation: string,
  userInfo: objectType({ username: string, uid: string, groups: listType(string), extra: mapType(listType(string)) }),
  dryRun: bool,
  options: open,
});

/** A Namespace, but for some of its fields (the same, BuildNamespaceType). */
const namespace = objectType({
  metadata: objectType({
    name: string,
    generateName: string,
    namespace: string,
    labels: mapType(string),
    annotations: mapType(string),
    UID: string,
    creationTimestamp: timestamp,
    deletionGracePeriodSeconds: int,
    deletionTimestamp: timestamp,
    generation: int,
    resourceVersion: string,
    finalizers: listType(string),
  }),
  spec: objectType({ finalizers: listType(string) }),
  status: objectType({
    conditions: listType(objectType({ status: string, type: string, lastTransitionTime: timestamp, message: string, reason: string })),
    phase: string,
  }),
});

/** The last minor of Kubernetes 1 of which it is known what requests and namespaces have. */
const lastKnown = 36;

/** What an expression may ask of the user who makes a request. */
export const authorizer: readonly string[] = ['authorizer', 'authorizer.requestResource'];

/** What expressions see of a request to the API server. Of objects no schema is used, as there. */
export function requestVariables(minor: number): ReadonlyMap<string, Type> {
  return new Map<string, Type>([
    ['object', open],
    ['oldObject', open],
    ['request', minor > lastKnown ? dyn : request],
    ['namespaceObject', minor > lastKnown ? dyn : namespace],
    ...authorizer.map((name) => [name, dyn] as const),
  ]);
}
