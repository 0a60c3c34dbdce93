import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readStream } from '../../../src/codec/yaml-stream.ts';
import { objectsIn } from '../../../src/compile/foreign-objects.ts';
import { isDefinition } from '../../../src/imports/definitions.ts';
import type { Manifest } from '../../../src/model/manifest.ts';
import { go } from '../../controlplane/go.ts';
import { controlPlanePrograms } from '../../controlplane/programs.ts';

/** CustomResourceDefinitions that a Go module comes with. */
interface ModuleSet {
  /** With its version. */
  readonly module: string;
  /** What Go calls the sum of the module, as in a `go.sum`. */
  readonly sum: string;
  /** The folder of the definitions, or a file. */
  readonly path: string;
}

/** Sets that are published for anybody to install. The first ones are small to fetch, and tried each time. */
export const sets: readonly ModuleSet[] = [
  {
    module: 'github.com/cert-manager/cert-manager@v1.21.2',
    sum: 'h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=',
    path: 'deploy/crds',
  },
  {
    module: 'sigs.k8s.io/gateway-api@v1.5.0',
    sum: 'h1:duoo14Ky/fJXpjpmyMISE2RTBGnfCg8zICfTYLTnBJA=',
    path: 'config/crd/experimental',
  },
  {
    module: 'istio.io/api@v1.32.0',
    sum: 'h1:37mJvg9I0biYZAEQF+MATs4FNeCpXEIVO3LFpVb6iNM=',
    path: 'kubernetes/customresourcedefinitions.gen.yaml',
  },
  {
    module: 'sigs.k8s.io/karpenter@v1.8.0',
    sum: 'h1:AmTHUPtnuL8IX9mbcD3NOohyk62idrBCBtM+8Wn6Jvk=',
    path: 'pkg/apis/crds',
  },
  {
    module: 'knative.dev/serving@v0.51.0',
    sum: 'h1:yN2Q7eYqJgoPfZkATjoBZyGbZ2P1Qhns9HIMU4mF+to=',
    path: 'config/core/300-resources',
  },
  {
    module: 'github.com/kedacore/keda/v2@v2.21.0',
    sum: 'h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=',
    path: 'config/crd/bases',
  },
  {
    module: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
    sum: 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=',
    path: 'example/prometheus-operator-crd',
  },
  {
    module: 'github.com/argoproj/argo-rollouts@v1.8.3',
    sum: 'h1:blbtQva4IK9r6gFh+dWkCrLnFdPOWiv9ubQYu36qeaA=',
    path: 'manifests/crds',
  },
  {
    module: 'github.com/kyverno/kyverno@v1.19.1',
    sum: 'h1:/MkgFii3/VlQfKR1JpC9tVwNNVNQTt2S4U6qCsafsTU=',
    path: 'config/crds',
  },
  {
    module: 'sigs.k8s.io/cluster-api@v1.14.2',
    sum: 'h1:o3GFNaeNFAOEEMpDPfhCK+2CjmV6gtQ8yLEcUwCg7bA=',
    path: 'core/config/crd/bases',
  },
  {
    module: 'github.com/traefik/traefik/v3@v3.7.13',
    sum: 'h1:T8wy9KuaFzCkmXCqAzDy7t73pBDR1DHrJe3pqXpNXTw=',
    path: 'docs/content/reference/dynamic-configuration/kubernetes-crd-definition-v1.yml',
  },
  {
    module: 'github.com/external-secrets/external-secrets@v1.3.2',
    sum: 'h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=',
    path: 'config/crds/bases',
  },
  {
    module: 'github.com/cilium/cilium@v1.20.2',
    sum: 'h1:dqiEGIcXc+gqCLYG/l7VCFJ8GHyb4HUrwbZOpkX5dL8=',
    path: 'pkg/k8s/apis/cilium.io/client/crds',
  },
  {
    module: 'github.com/vmware-tanzu/velero@v1.18.3',
    sum: 'h1:9uwN5yxTWQl9PsF5ljX4xiG+7VIq3I9mxOQ0DyyZ31A=',
    path: 'config/crd',
  },
];

/** How many of the sets are tried each time. */
export const usual = 4;

/** A set that was fetched. */
export interface FetchedSet {
  /** The path of its folder or file. */
  readonly path: string;
  readonly definitions: readonly Manifest[];
}

/** Fetches a set, once, and reads it. Throws a Failure where there is no Go, or no module, and when it is not the one that was meant. */
export async function fetchSet({ module, sum, path }: ModuleSet): Promise<FetchedSet> {
  const folder = join(controlPlanePrograms.home, 'kubernetes');
  const said = JSON.parse(await go({ args: ['mod', 'download', '-json', module], folder, env: process.env })) as Record<string, string>;
  if (said['Sum'] !== sum) throw new Error(`${module} has the sum ${said['Sum']}`);
  const at = join(said['Dir'] ?? '', path);
  return { path: at, definitions: filesAt(at).flatMap(definitionsIn) };
}

function filesAt(path: string): readonly string[] {
  if (/\.ya?ml$/.test(path)) return [path];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

function definitionsIn(path: string): readonly Manifest[] {
  const text = readFileSync(path, 'utf8');
  if (!text.includes('CustomResourceDefinition')) return [];
  const { value } = objectsIn({ path, text, documents: readStream(text) });
  return value.map(({ manifest }) => manifest).filter(isDefinition);
}
