// Made by `lockstep import` of crds.yaml: not to be edited.
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ObjectMeta } from 'lockstep';

/** Cart of versions.example.com/v1. */
export class Cart extends ApiObject {
  static readonly apiVersion = 'versions.example.com/v1';
  static readonly kind = 'Cart';

  constructor(scope: Construct, id: string, props: CartProps) {
    super(scope, id, { ...(props as object), apiVersion: Cart.apiVersion, kind: Cart.kind });
  }
}

export interface CartProps {
  readonly metadata?: ObjectMeta;
  readonly spec?: CartSpec;
}

export interface CartSpec {
  readonly fresh?: string;
}

/** Cart of versions.example.com/v1beta2. */
export class CartV1Beta2 extends ApiObject {
  static readonly apiVersion = 'versions.example.com/v1beta2';
  static readonly kind = 'Cart';

  constructor(scope: Construct, id: string, props: CartV1Beta2Props) {
    super(scope, id, { ...(props as object), apiVersion: CartV1Beta2.apiVersion, kind: CartV1Beta2.kind });
  }
}

export interface CartV1Beta2Props {
  readonly metadata?: ObjectMeta;
  readonly spec?: CartV1Beta2Spec;
}

export interface CartV1Beta2Spec {
  readonly beta?: string;
}

/**
 * Cart of versions.example.com/v1alpha1.
 * @deprecated use v1, or wait *\/
 */
export class CartV1Alpha1 extends ApiObject {
  static readonly apiVersion = 'versions.example.com/v1alpha1';
  static readonly kind = 'Cart';

  constructor(scope: Construct, id: string, props: CartV1Alpha1Props) {
    super(scope, id, { ...(props as object), apiVersion: CartV1Alpha1.apiVersion, kind: CartV1Alpha1.kind });
  }
}

export interface CartV1Alpha1Props {
  readonly metadata?: ObjectMeta;
  readonly spec?: CartV1Alpha1Spec;
}

export interface CartV1Alpha1Spec {
  readonly old?: string;
}
