/** What the types of generated constructs must refuse, each under `@ts-expect-error`, and what they must accept. `tsc -p .` is the test. */
import type { Chart } from 'cdk8s';
import { Machine } from '../imports/golden/forms/expected/forms.example.com.js';
import { HorizontalPodAutoscaler, HorizontalPodAutoscalerV1 } from '../imports/golden/kubernetes/expected/kubernetes-1.35/autoscaling.js';
import { Bag } from '../imports/golden/loose/expected/loose.example.com.js';

interface Settings {
  readonly depth: number;
}

export function build(chart: Chart, settings: Settings): void {
  const spec = { name: 'a', retries: 3 };
  const version: 'forms.example.com/v1' = Machine.apiVersion;
  new Machine(chart, version, { spec });
  new Machine(chart, 'all', {
    metadata: { name: 'a', namespace: 'b', labels: { app: 'a' }, finalizers: ['a.example.com/b'] as const, generateName: 'a-' },
    spec: {
      ...spec,
      mode: "it's",
      port: 80,
      limits: { cpu: 1, memory: '1' },
      paused: null,
      level: null,
      anything: [1, { a: settings }],
      values: settings,
      config: { size: 1, more: settings },
      marker: {},
      template: { apiVersion: 'v1', kind: 'Pod', spec: settings },
      ports: [80, 'http'],
      modes: ['a', 'b'],
      matrix: [[1], [2]],
      steps: [{ run: 'a', env: { a: ['b'] } }],
      byName: { a: { weight: 1 } },
      either: { left: 'a', right: 'b' },
      colour: 'blue',
      size: 'S',
      words: 'anything',
      'x-odd name': 'a',
      '12': 'b',
      $ref: 'c',
    },
  });
  // @ts-expect-error the spec is required
  new Machine(chart, 'none', {});
  // @ts-expect-error a name is required
  new Machine(chart, 'nameless', { spec: { retries: 3 } });
  // @ts-expect-error no such field
  new Machine(chart, 'typo', { spec: { ...spec, nmae: 'a' } });
  // @ts-expect-error no such metadata
  new Machine(chart, 'label', { spec, metadata: { label: {} } });
  // @ts-expect-error a number is no text
  new Machine(chart, 'text', { spec: { ...spec, retries: '3' } });
  // @ts-expect-error none of the words
  new Machine(chart, 'word', { spec: { ...spec, mode: 'faster' } });
  // @ts-expect-error only what may be null is
  new Machine(chart, 'null', { spec: { ...spec, since: null } });
  // @ts-expect-error it takes no fields
  new Machine(chart, 'empty', { spec: { ...spec, marker: { a: 1 } } });
  // @ts-expect-error a known field keeps its type
  new Machine(chart, 'known', { spec: { ...spec, config: { size: '1' } } });
  // @ts-expect-error a whole object has a kind
  new Machine(chart, 'kindless', { spec: { ...spec, template: { apiVersion: 'v1' } } });
  // @ts-expect-error the status is not the author's
  new Machine(chart, 'status', { spec, status: { phase: 'a' } });
  // @ts-expect-error what it is, its class says
  new Machine(chart, 'kind', { spec, kind: 'Machine' });
  new Bag(chart, 'bag', { anything: settings, spec: 7 });
  new HorizontalPodAutoscaler(chart, 'scaler', {
    spec: {
      scaleTargetRef: { kind: 'Deployment', name: 'a' },
      maxReplicas: 2,
      metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Value', value: 3 } } }],
    },
  });
  new HorizontalPodAutoscalerV1(chart, 'older', {
    spec: { scaleTargetRef: { kind: 'Deployment', name: 'a' }, maxReplicas: 2, targetCPUUtilizationPercentage: 80 },
  });
  // @ts-expect-error a field of the older version
  new HorizontalPodAutoscaler(chart, 'mixed', { spec: { scaleTargetRef: { kind: 'a', name: 'a' }, maxReplicas: 2, targetCPU: 80 } });
}
