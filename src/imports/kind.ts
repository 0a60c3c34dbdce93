import { compareText, type GroupKind } from '../model/ref.ts';
import type { Node } from '../schema/node.ts';

/** A version of a kind that a construct is made of. */
export interface ImportedKind extends GroupKind {
  readonly version: string;
  /** The whole object; undefined where nothing is known of its fields. */
  readonly node: Node | undefined;
  /** Whether its status is a subresource, which whoever writes the object cannot write. */
  readonly hasStatus: boolean;
  readonly description?: string;
  /** Why it should be used no more. */
  readonly deprecation?: string;
  /** Tells this version apart from what it was when it was imported before: some hexadecimal digits of a hash. */
  readonly digest: string;
}

/** `cert-manager.io/v1/Certificate`, and `v1/Service` for the core group. */
export function nameOfKind({ group, version, kind }: Pick<ImportedKind, 'group' | 'version' | 'kind'>): string {
  return group === '' ? `${version}/${kind}` : `${group}/${version}/${kind}`;
}

/** The apiVersion of its objects. */
export function apiVersionOf({ group, version }: Pick<ImportedKind, 'group' | 'version'>): string {
  return group === '' ? version : `${group}/${version}`;
}

/**
 * Orders versions of a kind: what is not deprecated first, then what Kubernetes calls version priority: stable versions, beta, alpha,
 * newer ones first, and whatever has another form last (kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning).
 */
export function compareVersions(a: Versioned, b: Versioned): number {
  const deprecated = Number(a.deprecation !== undefined) - Number(b.deprecation !== undefined);
  return deprecated || compareNames(a.version, b.version);
}

/** What has a version that may be deprecated. */
export type Versioned = Pick<ImportedKind, 'version' | 'deprecation'>;

function compareNames(a: string, b: string): number {
  const [ranksOfA, ranksOfB] = [ranksOf(a), ranksOf(b)];
  if (ranksOfA === undefined || ranksOfB === undefined)
    return Number(ranksOfA === undefined) - Number(ranksOfB === undefined) || compareText(a, b);
  return ranksOfA.map((rank, i) => (ranksOfB[i] ?? 0) - rank).find((difference) => difference !== 0) ?? 0;
}

const stages: Readonly<Record<string, number>> = { alpha: 0, beta: 1 };

function ranksOf(version: string): readonly number[] | undefined {
  const found = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (found === null) return undefined;
  const [, major, stage, minor = 0] = found;
  return [stage === undefined ? 2 : (stages[stage] ?? 0), Number(major), Number(minor)];
}
