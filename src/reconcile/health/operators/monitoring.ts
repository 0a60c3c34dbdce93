import type { Health } from '../../../model/health.ts';
import { listAt, numberAt, stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { conditionIn, current, exists, inProgress, short } from '../rule.ts';
import { conditions, unmet } from './conditions.ts';
import { alike, inGroup, type Judgements } from './judgement.ts';

/**
 * The Prometheus operator, by `pkg/apis/monitoring/v1` of github.com/prometheus-operator/prometheus-operator; OpenTelemetry's, by
 * `apis/v1beta1` of github.com/open-telemetry/opentelemetry-operator.
 */
export const monitoring: Judgements = {
  ...alike(
    'monitoring.coreos.com',
    ['Prometheus', 'PrometheusAgent', 'Alertmanager', 'ThanosRuler'],
    conditions({ current: ['Reconciled', 'Available'] }),
  ),
  ...alike(
    'monitoring.coreos.com',
    ['ServiceMonitor', 'PodMonitor', 'Probe', 'PrometheusRule', 'ScrapeConfig', 'AlertmanagerConfig'],
    bound,
  ),
  ...inGroup('opentelemetry.io', { OpenTelemetryCollector: collector, Instrumentation: exists }),
};

/** Whoever selects it says in a binding whether it was taken; without the feature that writes them, nobody says anything. */
function bound(object: LiveObject): Health {
  const bindings = listAt(object, 'status', 'bindings');
  for (const binding of bindings) {
    const found = unmet({ final: [], seen: undefined }, object, conditionIn(binding, 'Accepted'));
    if (found !== undefined) return inProgress(`\`${stringAt(binding, 'name') ?? ''}\`: ${found.message}`);
  }
  return bindings.length === 0 ? exists() : current(`accepted by: ${bindings.length}`);
}

/** How many of its pods are ready stands there as `1/2`. A sidecar has no pods of its own. */
function collector(object: LiveObject): Health {
  const mode = stringAt(object, 'spec', 'mode') ?? 'deployment';
  if (mode === 'sidecar') return exists();
  const [, ready, all] = /^(\d+)\/(\d+)$/.exec(stringAt(object, 'status', 'scale', 'statusReplicas') ?? '') ?? [];
  if (all === undefined) return inProgress('not seen by its controller yet');
  const want = mode === 'daemonset' ? 0 : (numberAt(object, 'spec', 'replicas') ?? 1);
  return short('ready', Number(ready), Math.max(Number(all), want)) ?? current(`ready: ${ready}/${all}`);
}
