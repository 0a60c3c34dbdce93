import type { Health } from '../../../model/health.ts';
import { stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { current, failed, inProgress } from '../rule.ts';
import { inGroup, type Judgements } from './judgement.ts';
import { phase } from './phase.ts';

/** Green when as many pods run as are wanted. */
const green = phase({ at: ['health'], current: ['green'] });

/** Elastic Cloud on Kubernetes, by `pkg/apis` of github.com/elastic/cloud-on-k8s. */
export const elastic: Judgements = {
  ...inGroup('elasticsearch.k8s.elastic.co', { Elasticsearch: elasticsearch }),
  ...inGroup('kibana.k8s.elastic.co', { Kibana: green }),
  ...inGroup('apm.k8s.elastic.co', { ApmServer: green }),
  ...inGroup('enterprisesearch.k8s.elastic.co', { EnterpriseSearch: green }),
  ...inGroup('maps.k8s.elastic.co', { ElasticMapsServer: green }),
  ...inGroup('beat.k8s.elastic.co', { Beat: green }),
  ...inGroup('agent.k8s.elastic.co', { Agent: green }),
  ...inGroup('logstash.k8s.elastic.co', { Logstash: green }),
};

/** Ready is that it runs as it is specified. A yellow one serves all of its data; with one node it never gets green. */
function elasticsearch(object: LiveObject): Health {
  const health = stringAt(object, 'status', 'health') ?? 'unknown';
  const word = stringAt(object, 'status', 'phase') ?? '';
  if (word === '') return inProgress('not seen by its controller yet');
  if (word === 'Invalid') return failed('phase: Invalid');
  const isServing = health === 'green' || health === 'yellow';
  return (word === 'Ready' && isServing ? current : inProgress)(`phase: ${word}, health: ${health}`);
}
