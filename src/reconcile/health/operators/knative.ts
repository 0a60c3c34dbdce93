import { conditions } from './conditions.ts';
import { alike, type Judgements } from './judgement.ts';

/** Every kind of Knative has Ready, and says which generation it has seen (its duck type Status, knative.dev/pkg/apis/duck/v1). */
const ready = conditions({ seen: 'status' });

/** Knative Serving and Eventing. Ready may become True again without anybody's doing, so False is waited for. */
export const knative: Judgements = {
  ...alike('serving.knative.dev', ['Service', 'Configuration', 'Revision', 'Route', 'DomainMapping'], ready),
  ...alike('eventing.knative.dev', ['Broker', 'Trigger'], ready),
  ...alike('messaging.knative.dev', ['Channel', 'InMemoryChannel', 'Subscription'], ready),
  ...alike('sources.knative.dev', ['ApiServerSource', 'ContainerSource', 'PingSource', 'SinkBinding'], ready),
};
