import { Construct } from 'constructs';
import type { Place } from '../../model/diagnostic.ts';
import type { Manifest } from '../../model/manifest.ts';

/** The construct of an object that another program rendered: it takes part in dependencies and rules as all others do. */
export class RenderedNode extends Construct {
  readonly manifest: Manifest;
  /** The namespace that it has unless it says otherwise. */
  readonly namespace: string | undefined;
  /** The line that includes it. */
  readonly place: () => Place;

  constructor(scope: Construct, id: string, { manifest, namespace, place }: Pick<RenderedNode, 'manifest' | 'namespace' | 'place'>) {
    super(scope, id);
    this.manifest = manifest;
    this.namespace = namespace;
    this.place = place;
  }
}
