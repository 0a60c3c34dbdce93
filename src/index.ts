export { agentChart } from './authoring/agent/chart.ts';
export type { ChartContext, ChartDef, ChartFunction, ChartOptions, Charts } from './authoring/chart.ts';
export { defineChart } from './authoring/chart.ts';
export type {
  AllowedSecret,
  ApprovedAdoption,
  ApprovedDeletion,
  Base,
  Environment,
  ExternalObject,
  HandedOver,
  ImageFields,
  KubernetesVersion,
  ObjectTarget,
  RenderedOptions,
  SignedBy,
} from './authoring/environment.ts';
export { defineBase, defineEnvironment, defineFleet } from './authoring/environment.ts';
export type { HealthRule } from './authoring/health.ts';
export type { DefineHelmOptions, HelmChartOptions, HelmSettings, HelmSource } from './authoring/helm.ts';
export { defineHelm, HelmChart } from './authoring/helm.ts';
export type { Duration, HookOptions, HookTime } from './authoring/hook.ts';
export { hook } from './authoring/hook.ts';
export { image } from './authoring/image.ts';
export { input } from './authoring/input.ts';
export type { Kinds } from './authoring/kinds.ts';
export type { KustomizationOptions } from './authoring/kustomization.ts';
export { Kustomization } from './authoring/kustomization.ts';
export type { ManageRules } from './authoring/manage.ts';
export { manage } from './authoring/manage.ts';
export type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from './authoring/metadata.ts';
export type { JsonPatchOperation, Patch } from './authoring/patch.ts';
export { jsonPatch, patch } from './authoring/patch.ts';
export type {
  AnyObject,
  EnvironmentPolicyOptions,
  ObjectException,
  ObjectOf,
  Pod,
  PodContainer,
  PodPolicyOptions,
  Policies,
  Policy,
  PolicyChange,
  PolicyEnvironment,
  PolicyException,
  PolicyOptions,
} from './authoring/policy.ts';
export { definePolicy } from './authoring/policy.ts';
export type { EnvironmentFinding, EnvironmentFindings, Finding, Findings, PolicyContext } from './authoring/rule.ts';
export type { SyncWindowOptions, SyncWindows } from './authoring/windows.ts';
export { access } from './packs/access/access.ts';
export type { Bounds, CostOptions } from './packs/cost/cost.ts';
export { cost } from './packs/cost/cost.ts';
export type { NetworkOptions, WayIn } from './packs/network.ts';
export { network } from './packs/network.ts';
export type { PackWithOptions } from './packs/pack.ts';
export { baseline, restricted } from './packs/pod-security/pod-security.ts';
export { reliability } from './packs/reliability/reliability.ts';
export type { SupplyChainOptions } from './packs/supply-chain.ts';
export { supplyChain } from './packs/supply-chain.ts';
