import type { Health } from '../../../model/health.ts';
import { at, numberAt, stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { count, current, failed, firstLine, inProgress, short, unobserved } from '../rule.ts';
import { alike, inGroup, type Judgements } from './judgement.ts';
import { phase } from './phase.ts';

/** What the operators of Percona have in common: `error` is tried again. */
const percona = phase({ at: ['state'], current: ['ready', 'paused'] });

/**
 * CloudNativePG, by `api/v1` of github.com/cloudnative-pg/cloudnative-pg; Zalando's operator, by `pkg/apis/acid.zalan.do/v1` of
 * github.com/zalando/postgres-operator; Percona's, by AppState in `pkg/apis` or `api` of each; MongoDB Community, by `api/v1` of
 * github.com/mongodb/mongodb-kubernetes-operator.
 */
export const databases: Judgements = {
  ...inGroup('postgresql.cnpg.io', {
    Cluster: cluster,
    Pooler: pooler,
    ScheduledBackup: scheduledBackup,
    Backup: phase({ current: ['completed'], failed: ['failed'], message: ['error'] }),
  }),
  ...alike('postgresql.cnpg.io', ['Database', 'Publication', 'Subscription'], applied),
  // A cluster that could not be made or changed is tried again; an invalid one is not.
  ...inGroup('acid.zalan.do', { postgresql: phase({ at: ['PostgresClusterStatus'], current: ['Running'], failed: ['Invalid'] }) }),
  ...inGroup('pxc.percona.com', { PerconaXtraDBCluster: percona }),
  ...inGroup('psmdb.percona.com', { PerconaServerMongoDB: percona }),
  ...inGroup('pgv2.percona.com', { PerconaPGCluster: percona }),
  ...inGroup('ps.percona.com', { PerconaServerMySQL: percona }),
  ...inGroup('mongodbcommunity.mongodb.com', { MongoDBCommunity: phase({ current: ['Running'], message: ['message'] }) }),
};

/** Its phases are sentences. It has no generation, but the number of its instances. */
function cluster(object: LiveObject): Health {
  const told = stringAt(object, 'status', 'phase') ?? '';
  const why = firstLine(stringAt(object, 'status', 'phaseReason') ?? '');
  const want = numberAt(object, 'spec', 'instances') ?? 1;
  if (told === '') return inProgress('not seen by its controller yet');
  if (/unrecoverable/.test(told)) return failed(why === '' ? told : `${told}: ${why}`);
  if (told !== 'Cluster in healthy state') return inProgress(why === '' ? told : `${told}: ${why}`);
  return short('instances', count(object, 'readyInstances'), want) ?? current(`instances: ${count(object, 'readyInstances')}/${want}`);
}

/** Nothing tells whether its pods are ready, only how many there are. */
function pooler(object: LiveObject): Health {
  const want = numberAt(object, 'spec', 'instances') ?? 1;
  return short('pods', count(object, 'instances'), want) ?? current(`pods: ${count(object, 'instances')}/${want}`);
}

function scheduledBackup(object: LiveObject): Health {
  if (at(object, 'spec', 'suspend') === true) return current('suspended');
  if (stringAt(object, 'status', 'lastCheckTime') === undefined) return inProgress('not seen by its controller yet');
  return current(`schedule: ${stringAt(object, 'spec', 'schedule') ?? 'none'}`);
}

/** What is made in a database by SQL; an error is tried again. */
function applied(object: LiveObject): Health {
  if (at(object, 'status', 'applied') === true) return unobserved(object) ?? current('applied');
  return inProgress(firstLine(stringAt(object, 'status', 'message') ?? '') || 'not applied yet');
}
