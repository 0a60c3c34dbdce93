/** What all objects have, as it stands in YAML. */
export interface ObjectMeta {
  /** Unique among the objects of its kind in its namespace. Where none is given, it is made of the construct's place in the chart. */
  readonly name?: string;
  /** The beginning of a name that the API server completes. What is applied again and again needs a `name`. */
  readonly generateName?: string;
  /** The namespace. Default: that of the chart. */
  readonly namespace?: string;
  readonly labels?: { readonly [key: string]: string };
  readonly annotations?: { readonly [key: string]: string };
  /** Those who have work to do before the object may go. */
  readonly finalizers?: readonly string[];
  /** The objects that it depends on: it goes when all of them are gone. */
  readonly ownerReferences?: readonly OwnerReference[];
  /** Written by the API server, as is all that follows. */
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly generation?: number;
  readonly creationTimestamp?: string;
  readonly deletionTimestamp?: string;
  readonly deletionGracePeriodSeconds?: number;
  readonly selfLink?: string;
  readonly managedFields?: readonly ManagedFieldsEntry[];
}

/** An object that another one depends on, in the same namespace or without one. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
  /** Whether this owner is the one that manages the object. */
  readonly controller?: boolean;
  /** Whether the owner cannot go, where it goes in the foreground, before this reference is removed. */
  readonly blockOwnerDeletion?: boolean;
}

/** Which fields of an object somebody manages. */
export interface ManagedFieldsEntry {
  readonly apiVersion?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: object;
  readonly manager?: string;
  readonly operation?: string;
  readonly subresource?: string;
  readonly time?: string;
}
