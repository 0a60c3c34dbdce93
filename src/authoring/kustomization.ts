import { Construct } from 'constructs';
import { include } from './inclusion.ts';
import type { Patch } from './patch.ts';
import { whereCalled } from './place.ts';

/** What `Kustomization` takes. */
export interface KustomizationOptions {
  /** The folder of a `kustomization.yaml` in the project. All that it names has to be in the project, too. */
  readonly path: `./${string}`;
  /** Changes of what it gives. */
  readonly patches?: readonly Patch[];
}

/** A kustomization among the constructs: what it gives are objects like all others. */
export class Kustomization extends Construct {
  constructor(scope: Construct, id: string, options: KustomizationOptions) {
    super(scope, id);
    include(this, { type: 'kustomize', options, at: whereCalled(new.target) });
  }
}
