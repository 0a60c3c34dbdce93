import { Construct } from 'constructs';
import type { Place } from '../../model/diagnostic.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { DraftHook } from '../draft.ts';

/** The construct of an object that another program rendered: it takes part in dependencies and rules as all others do. */
export class RenderedNode extends Construct {
  readonly manifest: Manifest;
  /** The namespace that it has unless it says otherwise. */
  readonly namespace: string | undefined;
  /** Its time among the objects of its release. */
  readonly hook: DraftHook | undefined;
  /** The line that includes it. */
  readonly place: () => Place;

  constructor(
    scope: Construct,
    id: string,
    { manifest, namespace, hook, place }: Pick<RenderedNode, 'manifest' | 'namespace' | 'hook' | 'place'>,
  ) {
    super(scope, id);
    this.manifest = manifest;
    this.namespace = namespace;
    this.hook = hook;
    this.place = place;
  }
}
