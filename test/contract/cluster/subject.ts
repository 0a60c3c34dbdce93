import type { JsonObject } from '../../../src/model/json.ts';
import type { LiveObject } from '../../../src/model/manifest.ts';
import type { ObjectRef } from '../../../src/model/ref.ts';
import type { Cluster } from '../../../src/ports.ts';

/** A cluster under test, and somebody else who writes to it. */
export interface ContractSubject {
  readonly cluster: Cluster;
  /** Replaces an object without preconditions, as `kubectl edit` does: its owners stay as they are. */
  edit(apiVersion: string, ref: ObjectRef, change: Change): Promise<void>;
  /** The same, with the managedFields that `change` leaves. */
  put(apiVersion: string, ref: ObjectRef, change: Change): Promise<void>;
  /** Sets the replicas, as `kubectl scale` does. */
  scale(apiVersion: string, ref: ObjectRef, replicas: number): Promise<void>;
  /** Writes the status, as a controller does. */
  status(apiVersion: string, ref: ObjectRef, status: JsonObject): Promise<void>;
  /** Deletes an object without preconditions. */
  remove(apiVersion: string, ref: ObjectRef): Promise<void>;
  /** The same cluster for a ServiceAccount, as its own token lets it in. */
  signedIn(account: { readonly namespace: string; readonly name: string }): Promise<Cluster>;
  close(): Promise<void>;
}

/** What somebody makes of an object. */
export type Change = (object: LiveObject) => JsonObject;

/** One thing that every cluster does. */
export type Case = readonly [title: string, run: (subject: ContractSubject) => Promise<void>];

/** Where all objects of the contract live that say nothing else; another one in each run, since a cluster may outlive a run. */
export const namespace = `contract-${process.pid}`;
/** Who applies them. */
export const manager = 'lockstep-contract';
/** No object's uid. */
export const strangeUid = '11111111-2222-3333-4444-555555555555';
