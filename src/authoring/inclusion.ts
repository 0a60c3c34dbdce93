import type { IConstruct } from 'constructs';
import type { HelmChartOptions } from './helm.ts';
import type { KustomizationOptions } from './kustomization.ts';
import type { CodePoint } from './place.ts';

/** What a construct includes that another program renders, and where in the code that is said. */
export type Included =
  | { readonly type: 'helm'; readonly options: HelmChartOptions; readonly at: CodePoint }
  | { readonly type: 'kustomize'; readonly options: KustomizationOptions; readonly at: CodePoint };

/** The type of the metadata that constructs carry it in: the same in every copy of this package. */
const metadataType = 'lockstep.include';

/** Says of `construct` that what is included stands below it. */
export function include(construct: IConstruct, included: Included): void {
  construct.node.addMetadata(metadataType, included);
}

/** What `construct` itself includes. */
export function includedBy(construct: IConstruct): Included | undefined {
  return construct.node.metadata.find(({ type }) => type === metadataType)?.data as Included | undefined;
}
