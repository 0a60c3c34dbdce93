import type { Rule } from '../rule.ts';
import { argoCd } from './argo-cd.ts';
import { argoWorkflows } from './argo-workflows.ts';
import { certManager } from './cert-manager.ts';
import { clusterApi } from './cluster-api.ts';
import { crossplane } from './crossplane.ts';
import { databases } from './databases.ts';
import { elastic } from './elastic.ts';
import { externalSecrets } from './external-secrets.ts';
import { flux } from './flux.ts';
import { gatewayApi } from './gateway-api.ts';
import { type Judgements, ruleOf } from './judgement.ts';
import { knative } from './knative.ts';
import { meshAndPolicies } from './mesh-and-policies.ts';
import { messaging } from './messaging.ts';
import { monitoring } from './monitoring.ts';
import { rollouts } from './rollouts.ts';
import { scaling } from './scaling.ts';
import { tekton } from './tekton.ts';
import { virtualMachines } from './virtual-machines.ts';
import { volumes } from './volumes.ts';

/** How the kinds of popular operators are judged, by group and kind, in whatever version they are served. */
export const judgements: Judgements = {
  ...argoCd,
  ...argoWorkflows,
  ...certManager,
  ...clusterApi,
  ...crossplane,
  ...databases,
  ...elastic,
  ...externalSecrets,
  ...flux,
  ...gatewayApi,
  ...knative,
  ...meshAndPolicies,
  ...messaging,
  ...monitoring,
  ...rollouts,
  ...scaling,
  ...tekton,
  ...virtualMachines,
  ...volumes,
};

const rules: ReadonlyMap<string, Rule> = new Map(Object.entries(judgements).map(([name, judgement]) => [name, ruleOf(judgement)]));

/** The rule of the kind `name` (`Certificate.cert-manager.io`) when it is one of a popular operator. */
export function operatorRule(name: string): Rule | undefined {
  return rules.get(name);
}
