// Made by `lockstep import` of crds.yaml: not to be edited.
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ObjectMeta } from 'lockstep';

/** ApiObject of names.example.com/v1. */
export class ApiObjectObject extends ApiObject {
  static readonly apiVersion = 'names.example.com/v1';
  static readonly kind = 'ApiObject';

  constructor(scope: Construct, id: string, props: ApiObjectObjectProps) {
    super(scope, id, { ...(props as object), apiVersion: ApiObjectObject.apiVersion, kind: ApiObjectObject.kind });
  }
}

export interface ApiObjectObjectProps {
  readonly metadata?: ObjectMeta;
  readonly spec?: ApiObjectObjectSpec;
}

export interface ApiObjectObjectSpec {
  readonly a?: string;
}

/** Shop of names.example.com/v1. */
export class Shop extends ApiObject {
  static readonly apiVersion = 'names.example.com/v1';
  static readonly kind = 'Shop';

  constructor(scope: Construct, id: string, props: ShopProps) {
    super(scope, id, { ...(props as object), apiVersion: Shop.apiVersion, kind: Shop.kind });
  }
}

export interface ShopProps {
  readonly metadata?: ObjectMeta;
  readonly spec?: ShopSpec;
  readonly status?: ShopStatus;
}

export interface ShopSpec {
  /** The first. */
  readonly auth?: ShopAuth;
  /** Every object has one. */
  readonly constructor?: unknown;
  readonly door?: ShopDoor;
  readonly itemSpec?: ShopItemSpec;
  readonly props?: ShopSpecProps;
  readonly 'wall-a'?: ShopWallA;
  readonly wallA?: ShopSpecWallA;
  readonly window?: ShopWindow;
}

export interface ShopStatus {
  readonly open?: boolean;
}

export interface ShopAuth {
  readonly user?: string;
}

export interface ShopDoor {
  /** The same. */
  readonly auth?: ShopAuth;
}

export interface ShopItemSpec {
  readonly a?: string;
}

export interface ShopSpecProps {
  readonly a?: string;
}

export interface ShopWallA {
  readonly b?: string;
}

export interface ShopSpecWallA {
  readonly c?: string;
}

export interface ShopWindow {
  readonly auth?: ShopWindowAuth;
}

export interface ShopWindowAuth {
  readonly token?: string;
}

/** ShopItem of names.example.com/v1. */
export class ShopItem extends ApiObject {
  static readonly apiVersion = 'names.example.com/v1';
  static readonly kind = 'ShopItem';

  constructor(scope: Construct, id: string, props: ShopItemProps) {
    super(scope, id, { ...(props as object), apiVersion: ShopItem.apiVersion, kind: ShopItem.kind });
  }
}

export interface ShopItemProps {
  readonly metadata?: ObjectMeta;
  readonly spec?: ShopItemSpec2;
}

export interface ShopItemSpec2 {
  readonly price?: number;
}
