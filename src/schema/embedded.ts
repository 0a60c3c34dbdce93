import { brotliDecompressSync } from 'node:zlib';
import { embedded } from './kubernetes.ts';
import type { Schema } from './schema.ts';

/** Minors of Kubernetes 1 that something is so in: from the first to the last, both included. */
export type Minors = readonly [from: number, to: number];

/** How a version of a kind comes to its end (k8s.io/api, prerelease-lifecycle). Numbers are minors of Kubernetes 1. */
export interface Lifecycle {
  readonly deprecated?: number;
  /** The first minor that does not serve it. */
  readonly removed?: number;
  /** `group/version/Kind` of what to use in its place. */
  readonly replacement?: string;
}

/** A version of a kind, and the minors that serve it. */
export interface ServedVersion {
  readonly version: string;
  readonly minors: Minors;
  /** Whether it has a status subresource. */
  readonly status: boolean;
  /** The name of its definition. */
  readonly definition: string;
}

/** One of Kubernetes' own kinds. */
export interface EmbeddedKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  readonly versions: readonly ServedVersion[];
}

/** A definition as it was in some minors. */
export interface Variant {
  readonly minors: Minors;
  readonly schema: Schema;
}

/** What is known of the API of every minor from the first to the last that is supported. `npm run schemas` writes it. */
export interface Embedded {
  /** The releases that it was read from, `1.28.15`, oldest first. */
  readonly releases: readonly string[];
  readonly kinds: readonly EmbeddedKind[];
  /** The variants of each definition, oldest first. */
  readonly definitions: Readonly<Record<string, readonly Variant[]>>;
  /** By `group/version/Kind`: also of versions that were removed before the first minor. */
  readonly lifecycles: Readonly<Record<string, Lifecycle>>;
}

let unpacked: Embedded | undefined;

/** The embedded knowledge; unpacked once, in some ten milliseconds, when it is first asked for. */
export function readEmbedded(): Embedded {
  unpacked ??= JSON.parse(brotliDecompressSync(Buffer.from(embedded, 'base64')).toString('utf8')) as Embedded;
  return unpacked;
}
