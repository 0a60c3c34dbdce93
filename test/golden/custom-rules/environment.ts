import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

const text = { type: 'string', maxLength: 60 };

/** Rules at every kind of node of a schema, with defaults, messages, and a place that they point to. */
const schema = {
  type: 'object',
  'x-kubernetes-validations': [{ rule: "self.metadata.name.startsWith('job-')", message: 'jobs are called job-…' }],
  properties: {
    spec: {
      type: 'object',
      'x-kubernetes-validations': [
        {
          rule: 'self.min <= self.max',
          messageExpression: "'%d is more than %d'.format([self.min, self.max])",
          fieldPath: '.min',
        },
        { rule: 'self.image == oldSelf.image', message: 'the image cannot be changed' },
      ],
      properties: {
        min: { type: 'integer', default: 1 },
        max: { type: 'integer', default: 3 },
        image: { ...text, 'x-kubernetes-validations': [{ rule: "self.matches('^[a-z/]+:[0-9.]+$')" }] },
        sizes: {
          type: 'object',
          maxProperties: 5,
          additionalProperties: { ...text, 'x-kubernetes-validations': [{ rule: 'isQuantity(self)', message: 'it is no quantity' }] },
        },
        steps: {
          type: 'array',
          maxItems: 5,
          items: {
            type: 'object',
            'x-kubernetes-validations': [{ rule: 'has(self.run) != has(self.wait)', message: 'a step runs or waits' }],
            properties: { run: text, wait: { type: 'string', format: 'duration' } },
          },
        },
      },
    },
    status: { type: 'object', 'x-kubernetes-validations': [{ rule: 'false' }] },
  },
};

const jobs = defineChart({
  namespace: 'default',
  build(chart) {
    new ApiObject(chart, 'definition', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'batches.example.com' },
      spec: {
        group: 'example.com',
        names: { kind: 'Batch', plural: 'batches', singular: 'batch', listKind: 'BatchList' },
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: schema } }],
      },
    });
    const batch = (name: string, spec?: object) =>
      new ApiObject(chart, name, { apiVersion: 'example.com/v1', kind: 'Batch', metadata: { name }, ...(spec && { spec }) });
    batch('job-bare');
    batch('job-fine', { max: 5, image: 'a/b:1.2', sizes: { disk: '1Gi' }, steps: [{ run: 'x' }, { wait: '1m' }] });
    batch('other', {
      min: 9,
      image: 'nothing',
      sizes: { disk: 'big', memory: '1Gi' },
      steps: [{ run: 'x' }, { run: 'x', wait: '1m' }, {}],
    });
  },
});

export default defineEnvironment({ name: 'batches', cluster: 'eu-1', kubernetes: '1.35', charts: { jobs } });
