export type { ChartContext, ChartDef, ChartFunction, ChartOptions, Charts } from './authoring/chart.ts';
export { defineChart } from './authoring/chart.ts';
export type { ApprovedDeletion, Base, Environment, KubernetesVersion } from './authoring/environment.ts';
export { defineBase, defineEnvironment, defineFleet } from './authoring/environment.ts';
export { image } from './authoring/image.ts';
export type { Kinds } from './authoring/kinds.ts';
export type { ObjectOf, Policies, Policy, PolicyContext, PolicyException, PolicyOptions } from './authoring/policy.ts';
export { definePolicy } from './authoring/policy.ts';
