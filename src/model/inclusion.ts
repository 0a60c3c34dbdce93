import type { Diagnostic, Place } from './diagnostic.ts';
import type { JsonObject } from './json.ts';
import type { Manifest } from './manifest.ts';

/** The programs of others that render what is included. */
export type ToolName = 'helm' | 'kustomize';

/** Something that a construct includes, and another program renders. */
export type Inclusion = {
  /** The path of the construct, which is unique in the environment. */
  readonly construct: string;
} & (HelmInclusion | KustomizeInclusion);

/** A release of a Helm chart. */
export interface HelmInclusion extends HelmRelease {
  readonly tool: 'helm';
  readonly chart: { readonly folder: string } | ChartReference;
}

/** What a Helm chart is rendered with. */
export interface HelmRelease {
  readonly release: string;
  readonly namespace: string;
  /** The Kubernetes minor of the cluster: `1.35`. */
  readonly kubernetes: string;
  /** What the cluster serves beside Kubernetes' own. */
  readonly apiVersions: readonly string[];
  readonly values: JsonObject;
}

/** A kustomization in a folder of the project. */
export interface KustomizeInclusion {
  readonly tool: 'kustomize';
  readonly folder: string;
}

/** A Helm chart that has to be fetched: `oci://registry/path/name` or `https://host/repository/name`, and a version. */
export interface ChartReference {
  readonly url: string;
  readonly version: string;
}

/** What a lock says of a program: its version, and the sha256 of its file for each platform (`linux-amd64`), in hexadecimal. */
export interface ToolPin {
  readonly version: string;
  readonly sha256: { readonly [platform: string]: string };
}

/** All that rendering depends on. Paths are relative to the project. */
export type RenderRequest = { readonly pin: ToolPin } & (
  | (HelmRelease & {
      readonly tool: 'helm';
      readonly chart: { readonly folder: string } | { readonly archive: string; readonly sha256: string };
    })
  | KustomizeInclusion
);

/** A function in a template that may give something else each time, or nothing. */
export interface TemplateUse {
  /** `randAlphaNum`, `now`, `lookup`. */
  readonly name: string;
  /** Chance; the time, which is the same twice, and another one tomorrow; maps in no order; the cluster, which there is none of. */
  readonly asks: 'chance' | 'time' | 'order' | 'cluster';
  /** The file in the chart, beginning with the name of the chart: `web/templates/secret.yaml`; or a value that is given: `values.note`. */
  readonly file: string;
  /** Undefined for a value. */
  readonly line?: number;
}

/** What a program printed, the two times that it was run, and what in the templates may make a difference. */
export interface Printed {
  readonly first: string;
  readonly second: string;
  readonly uses: readonly TemplateUse[];
}

/** What came of rendering: objects, and all that is wrong. */
export interface Rendering {
  readonly objects: readonly IncludedObject[];
  readonly problems: readonly InclusionProblem[];
}

/** What came of asking for something to be rendered: why it could not be. */
export type RenderOutcome =
  | { readonly ok: true; readonly rendering: Rendering }
  | { readonly ok: false; readonly problems: readonly InclusionProblem[] };

/** A program of somebody else. */
export interface FoundTool {
  /** As it says itself: `v3.22.0`. */
  readonly version: string;
  /** As Go calls it: `linux-amd64`. */
  readonly platform: string;
  /** Of its file, in hexadecimal. */
  readonly sha256: string;
}

/** An object that was rendered. */
export interface IncludedObject {
  readonly manifest: Manifest;
  /** The file that it was rendered from, as the program names it; undefined where it does not. */
  readonly source?: string;
}

/** Something that is wrong with what is included. Without a file it is told at the construct. */
export interface InclusionProblem extends Pick<Diagnostic, 'code' | 'severity' | 'message' | 'help'>, Pick<Place, 'file' | 'line'> {
  /** The events (`helm.sh/hook`) of the hooks that it is about, and of nothing else: where these are left out, it is no matter. */
  readonly hook?: string;
}

/** The file of the project that holds a fetched chart. It is committed, so that rendering needs no network. Colons are none of Windows. */
export function vendoredPath({ url, version }: ChartReference): string {
  return `vendor/helm/${url.replace(/^\w+:\/\//, '').replaceAll(':', '_')}-${version}.tgz`;
}

/** How a lock calls a fetched chart: `oci://registry.example.com/charts/web:1.2.3`. */
export function chartKey({ url, version }: ChartReference): string {
  return `${url}:${version}`;
}

/** The chart that a lock calls `key`; undefined for what is no name of one, or would lie elsewhere than below `vendor/helm/`. */
export function chartOfKey(key: string): ChartReference | undefined {
  const [, url, version] = /^((?:oci|https):\/\/[^\\]+):([^\\/:]+)$/.exec(key) ?? [];
  if (url === undefined || version === undefined || url.split('/').some((step) => step === '.' || step === '..')) return undefined;
  return { url, version };
}
