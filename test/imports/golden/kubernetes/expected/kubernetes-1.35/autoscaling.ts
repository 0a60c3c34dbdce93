// Made by `lockstep import` of Kubernetes 1.35: not to be edited.
import { ApiObject } from 'cdk8s';
import type { Construct } from 'constructs';
import type { ObjectMeta } from 'lockstep';
import type * as meta from './meta.js';

/** HorizontalPodAutoscaler of autoscaling/v2. */
export class HorizontalPodAutoscaler extends ApiObject {
  static readonly apiVersion = 'autoscaling/v2';
  static readonly kind = 'HorizontalPodAutoscaler';

  constructor(scope: Construct, id: string, props: HorizontalPodAutoscalerProps) {
    super(scope, id, { ...(props as object), apiVersion: HorizontalPodAutoscaler.apiVersion, kind: HorizontalPodAutoscaler.kind });
  }
}

export interface HorizontalPodAutoscalerProps {
  readonly metadata?: ObjectMeta;
  readonly spec?: HorizontalPodAutoscalerSpec;
}

/** HorizontalPodAutoscaler of autoscaling/v1. */
export class HorizontalPodAutoscalerV1 extends ApiObject {
  static readonly apiVersion = 'autoscaling/v1';
  static readonly kind = 'HorizontalPodAutoscaler';

  constructor(scope: Construct, id: string, props: HorizontalPodAutoscalerV1Props) {
    super(scope, id, { ...(props as object), apiVersion: HorizontalPodAutoscalerV1.apiVersion, kind: HorizontalPodAutoscalerV1.kind });
  }
}

export interface HorizontalPodAutoscalerV1Props {
  readonly metadata?: ObjectMeta;
  readonly spec?: HorizontalPodAutoscalerSpecV1;
}

export interface ContainerResourceMetricSource {
  readonly container: string;
  readonly name: string;
  readonly target: MetricTarget;
}

export interface CrossVersionObjectReference {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
}

export interface CrossVersionObjectReferenceV1 {
  readonly apiVersion?: string;
  readonly kind: string;
  readonly name: string;
}

export interface ExternalMetricSource {
  readonly metric: MetricIdentifier;
  readonly target: MetricTarget;
}

export interface HPAScalingPolicy {
  readonly periodSeconds: number;
  readonly type: string;
  readonly value: number;
}

export interface HPAScalingRules {
  readonly policies?: readonly HPAScalingPolicy[];
  readonly selectPolicy?: string;
  readonly stabilizationWindowSeconds?: number;
  readonly tolerance?: number | string;
}

export interface HorizontalPodAutoscalerBehavior {
  readonly scaleDown?: HPAScalingRules;
  readonly scaleUp?: HPAScalingRules;
}

export interface HorizontalPodAutoscalerSpec {
  readonly behavior?: HorizontalPodAutoscalerBehavior;
  readonly maxReplicas: number;
  readonly metrics?: readonly MetricSpec[];
  readonly minReplicas?: number;
  readonly scaleTargetRef: CrossVersionObjectReference;
}

export interface HorizontalPodAutoscalerSpecV1 {
  readonly maxReplicas: number;
  readonly minReplicas?: number;
  readonly scaleTargetRef: CrossVersionObjectReferenceV1;
  readonly targetCPUUtilizationPercentage?: number;
}

export interface MetricIdentifier {
  readonly name: string;
  readonly selector?: meta.LabelSelector;
}

export interface MetricSpec {
  readonly containerResource?: ContainerResourceMetricSource;
  readonly external?: ExternalMetricSource;
  readonly object?: ObjectMetricSource;
  readonly pods?: PodsMetricSource;
  readonly resource?: ResourceMetricSource;
  readonly type: string;
}

export interface MetricTarget {
  readonly averageUtilization?: number;
  readonly averageValue?: number | string;
  readonly type: string;
  readonly value?: number | string;
}

export interface ObjectMetricSource {
  readonly describedObject: CrossVersionObjectReference;
  readonly metric: MetricIdentifier;
  readonly target: MetricTarget;
}

export interface PodsMetricSource {
  readonly metric: MetricIdentifier;
  readonly target: MetricTarget;
}

export interface ResourceMetricSource {
  readonly name: string;
  readonly target: MetricTarget;
}
