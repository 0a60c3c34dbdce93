import type { Health } from '../../../model/health.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { because, conditionOf, inProgress } from '../rule.ts';
import { conditions, judgeConditions } from './conditions.ts';
import { alike, inGroup, type Judgements } from './judgement.ts';
import { phase } from './phase.ts';

const ready = conditions();

/** cert-manager, by `pkg/apis/certmanager/v1` and `pkg/apis/acme/v1` of github.com/cert-manager/cert-manager. */
export const certManager: Judgements = {
  ...alike('cert-manager.io', ['Issuer', 'ClusterIssuer'], ready),
  ...inGroup('cert-manager.io', {
    Certificate: certificate,
    // A request is immutable, and one that has failed is never tried again: its Certificate makes another.
    CertificateRequest: conditions({ failed: ['InvalidRequest', 'Denied'], final: ['Failed', 'Denied'] }),
  }),
  // `valid`, `invalid`, `expired` and `errored` are the final states (types_order.go).
  ...alike(
    'acme.cert-manager.io',
    ['Order', 'Challenge'],
    phase({ at: ['state'], current: ['valid'], failed: ['invalid', 'expired', 'errored'], message: ['reason'] }),
  ),
};

/**
 * Ready while the certificate in its Secret is what it asks for, also while that is renewed. An issuance that failed is tried
 * again in an hour or more, and only the condition Issuing says why it failed.
 */
function certificate(object: LiveObject): Health {
  const health = judgeConditions(ready, object);
  const issuing = conditionOf(object, 'Issuing');
  return health.status === 'InProgress' && issuing?.status === 'False' && issuing.reason === 'Failed'
    ? inProgress(because(issuing))
    : health;
}
