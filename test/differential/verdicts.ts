import type { Draft } from '../../src/compile/draft.ts';
import { kindsServed } from '../../src/compile/served.ts';
import { judgeExpressions } from '../../src/compile/validate/expressions/judge.ts';
import { usesExpressions } from '../../src/compile/validate/expressions/uses.ts';
import { judgeObjects } from '../../src/compile/validate/validate.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { Manifest } from '../../src/model/manifest.ts';
import { draftOf } from '../compile/drafts.ts';
import { isOf, type Kinds } from './mutants.ts';
import { namespace } from './samples.ts';

/** What Lockstep says about an object alone: what it refers to is no matter here. */
export function ourErrors(manifest: Manifest, { kubernetes, definitions }: Kinds): readonly Diagnostic[] {
  const manifests = [...definitions.filter((definition) => isOf(manifest, definition)), manifest];
  const drafts = manifests.map(asDraft);
  const kinds = kindsServed(manifests);
  const expressions = usesExpressions(manifests) ? judgeExpressions({ drafts, kinds, kubernetes }) : [];
  const found = [...judgeObjects(drafts, kinds, { kubernetes }), ...expressions];
  return found.filter(({ severity, at }) => severity === 'error' && at.object?.name === manifest.metadata.name);
}

function asDraft(manifest: Manifest): Draft {
  return { ...draftOf(manifest.kind, manifest.metadata.name), manifest, chart: { name: 'shop', slice: '', namespace } };
}
