// Made by `lockstep import` of crds.yaml: not to be edited.
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ObjectMeta } from 'lockstep';

/** Bag of loose.example.com/v1. */
export class Bag extends ApiObject {
  static readonly apiVersion = 'loose.example.com/v1';
  static readonly kind = 'Bag';

  constructor(scope: Construct, id: string, props: BagProps) {
    super(scope, id, { ...(props as object), apiVersion: Bag.apiVersion, kind: Bag.kind });
  }
}

export interface BagProps {
  readonly metadata?: ObjectMeta;
  readonly [field: string]: unknown;
}

/** Bag of loose.example.com/v1beta1. */
export class BagV1Beta1 extends ApiObject {
  static readonly apiVersion = 'loose.example.com/v1beta1';
  static readonly kind = 'Bag';

  constructor(scope: Construct, id: string, props: BagV1Beta1Props) {
    super(scope, id, { ...(props as object), apiVersion: BagV1Beta1.apiVersion, kind: BagV1Beta1.kind });
  }
}

export interface BagV1Beta1Props {
  readonly metadata?: ObjectMeta;
  readonly [field: string]: unknown;
}

/** Bag of loose.example.com/v1alpha1. */
export class BagV1Alpha1 extends ApiObject {
  static readonly apiVersion = 'loose.example.com/v1alpha1';
  static readonly kind = 'Bag';

  constructor(scope: Construct, id: string, props: BagV1Alpha1Props) {
    super(scope, id, { ...(props as object), apiVersion: BagV1Alpha1.apiVersion, kind: BagV1Alpha1.kind });
  }
}

export interface BagV1Alpha1Props {
  readonly metadata?: ObjectMeta;
  readonly spec?: unknown;
}
