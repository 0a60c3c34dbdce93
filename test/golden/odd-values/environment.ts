import { ApiObject, Lazy } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';

class Money {
  readonly amount = 3;
}

const image = 'nginx:1.27@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef';
/** What is only there sometimes: here it is not. */
const absent = undefined as unknown as k8s.ContainerPort;

const odd = defineChart({
  namespace: 'shop',
  build(chart) {
    const config = (id: string, value: unknown): ApiObject =>
      new ApiObject(chart, id, { apiVersion: 'v1', kind: 'ConfigMap', data: { value } });

    // Right: what is undefined or null is not set, and what is lazy is asked.
    config('undefined', undefined);
    config('null', null);
    config('lazy', Lazy.any({ produce: () => 'late' }));
    config('lazy-nothing', Lazy.any({ produce: () => undefined }));

    // No JSON has these.
    config('date', new Date(0));
    config('class', new Money());
    config('map', new Map([['a', 1]]));
    config('bytes', Buffer.from('a'));
    config('promise', Promise.resolve('a'));
    config('function', () => 'a');
    config('symbol', Symbol('a'));
    config('bigint', 10n);
    config('nan', Number.NaN);
    config(
      'lazy-throwing',
      Lazy.any({
        produce: () => {
          throw new Error('there is no value yet');
        },
      }),
    );

    // A list has an entry for what is undefined. What is null may be meant, and is judged as the API server does.
    const container = { name: 'main', image };
    new ApiObject(chart, 'holes', {
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { containers: [undefined, { ...container, args: ['a', undefined, null] }] },
    });
    new ApiObject(chart, 'nulls', { apiVersion: 'v1', kind: 'Pod', spec: { containers: [null, { ...container, args: ['a', null] }] } });
    new k8s.KubePod(chart, 'ports', { spec: { containers: [{ ...container, ports: [absent, { containerPort: 80 }] }] } });
  },
});

export default defineEnvironment({
  name: 'odd-values',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { odd },
  external: [{ kind: 'Namespace', name: 'shop' }],
});
