// Made by `lockstep import` of Kubernetes 1.35: not to be edited.
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ObjectMeta } from 'lockstep';
import type * as meta from './meta.js';

/** PodDisruptionBudget of policy/v1. */
export class PodDisruptionBudget extends ApiObject {
  static readonly apiVersion = 'policy/v1';
  static readonly kind = 'PodDisruptionBudget';

  constructor(scope: Construct, id: string, props: PodDisruptionBudgetProps) {
    super(scope, id, { ...(props as object), apiVersion: PodDisruptionBudget.apiVersion, kind: PodDisruptionBudget.kind });
  }
}

export interface PodDisruptionBudgetProps {
  readonly metadata?: ObjectMeta;
  readonly spec?: PodDisruptionBudgetSpec;
}

export interface PodDisruptionBudgetSpec {
  readonly maxUnavailable?: number | string;
  readonly minAvailable?: number | string;
  readonly selector?: meta.LabelSelector;
  readonly unhealthyPodEvictionPolicy?: 'AlwaysAllow' | 'IfHealthyBudget';
}
