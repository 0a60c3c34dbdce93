import type { Health } from '../../../model/health.ts';
import { at } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { exists } from '../rule.ts';
import { conditions, judgeConditions } from './conditions.ts';
import { alike, inGroup, type Judgements } from './judgement.ts';

/** Crossplane's own kinds, by `apis/pkg` and `apis/apiextensions` of github.com/crossplane/crossplane. Others have Synced and Ready. */
export const crossplane: Judgements = {
  ...alike('pkg.crossplane.io', ['Provider', 'Configuration', 'Function'], conditions({ current: ['Installed', 'Healthy'] })),
  ...inGroup('apiextensions.crossplane.io', { CompositeResourceDefinition: definition, Composition: exists }),
};

/** Offered, too, where it has claims. */
function definition(object: LiveObject): Health {
  const hasClaims = at(object, 'spec', 'claimNames') !== undefined;
  return judgeConditions(conditions({ current: hasClaims ? ['Established', 'Offered'] : ['Established'] }), object);
}
