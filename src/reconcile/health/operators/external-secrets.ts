import type { Health } from '../../../model/health.ts';
import { stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { outdated } from '../rule.ts';
import { conditions, judgeConditions } from './conditions.ts';
import { alike, type Judgements } from './judgement.ts';

const ready = conditions();

/** External Secrets, by `apis/externalsecrets` of github.com/external-secrets/external-secrets. What is synced is read again and again. */
export const externalSecrets: Judgements = {
  ...alike('external-secrets.io', ['ExternalSecret', 'PushSecret'], synced),
  ...alike('external-secrets.io', ['ClusterExternalSecret', 'ClusterPushSecret', 'SecretStore', 'ClusterSecretStore'], ready),
};

/** `status.syncedResourceVersion` begins with the generation that was synced, but of what is synced only once: that one keeps it. */
function synced(object: LiveObject): Health {
  const [, generation] = /^(\d+)-/.exec(stringAt(object, 'status', 'syncedResourceVersion') ?? '') ?? [];
  const health = judgeConditions(ready, object);
  if (health.status !== 'Current' || generation === undefined || isSyncedOnce(object)) return health;
  return outdated(object, Number(generation)) ?? health;
}

/** An interval without a digit but zero is none. */
function isSyncedOnce(object: LiveObject): boolean {
  const policy = stringAt(object, 'spec', 'refreshPolicy') ?? 'Periodic';
  const interval = stringAt(object, 'spec', 'refreshInterval') ?? '1h';
  return policy === 'CreatedOnce' || (policy === 'Periodic' && !/[1-9]/.test(interval));
}
