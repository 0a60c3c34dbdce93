export type { ChartContext, ChartDef, ChartFunction, ChartOptions, Charts } from './authoring/chart.ts';
export { defineChart } from './authoring/chart.ts';
export type {
  ApprovedAdoption,
  ApprovedDeletion,
  Base,
  Environment,
  ExternalObject,
  HandedOver,
  KubernetesVersion,
  ObjectTarget,
} from './authoring/environment.ts';
export { defineBase, defineEnvironment, defineFleet } from './authoring/environment.ts';
export { image } from './authoring/image.ts';
export type { Kinds } from './authoring/kinds.ts';
export type { ManageRules } from './authoring/manage.ts';
export { manage } from './authoring/manage.ts';
export type { ObjectOf, Policies, Policy, PolicyContext, PolicyException, PolicyOptions } from './authoring/policy.ts';
export { definePolicy } from './authoring/policy.ts';
