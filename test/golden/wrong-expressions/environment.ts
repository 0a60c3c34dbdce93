import { ApiObject } from 'cdk8s';
import { defineChart, defineEnvironment } from 'lockstep';

/** Expressions that select something, and that no API server compiles. */
const selecting = defineChart({
  build(chart) {
    new ApiObject(chart, 'webhook', {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'ValidatingWebhookConfiguration',
      metadata: { name: 'guard' },
      webhooks: [
        {
          name: 'guard.example.com',
          sideEffects: 'None',
          admissionReviewVersions: ['v1'],
          clientConfig: { url: 'https://guard.example.com/' },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
          matchConditions: [
            { name: 'fine', expression: '!object.metadata.name.startsWith("x") && authorizer.requestResource.check("x").allowed()' },
            { name: 'unknown', expression: 'objekt.metadata.name == "x"' },
            { name: 'unfinished', expression: 'object.metadata.name ==' },
            { name: 'text', expression: '"x" + string(object.metadata.name)' },
          ],
        },
      ],
    });
    new ApiObject(chart, 'gpus', {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'DeviceClass',
      metadata: { name: 'gpus' },
      spec: {
        selectors: [
          { cel: { expression: 'device.driver == "gpu.example.com" && device.attributes["gpu.example.com"].family == "h100"' } },
          { cel: { expression: 'cel.bind(own, device.attributes["gpu.example.com"], own.isFast && own.memory > 1)' } },
          { cel: { expression: 'device.capacity["gpu.example.com"].memory >= quantity("80Gi")' } },
          { cel: { expression: 'device.memory > 1' } },
          { cel: { expression: '' } },
        ],
      },
    });
  },
});

export default defineEnvironment({ name: 'aimless', cluster: 'eu-1', kubernetes: '1.35', charts: { selecting } });
