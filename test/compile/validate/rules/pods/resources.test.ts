import { podLevel } from '../../../../../src/compile/validate/rules/pods/podlevel.ts';
import { containerResources, overhead, podResources } from '../../../../../src/compile/validate/rules/pods/resources.ts';
import type { JsonObject } from '../../../../../src/model/json.ts';
import { testRules } from '../said.ts';

const requests = (amounts: JsonObject) => ({ resources: { requests: amounts } });
const limits = (amounts: JsonObject) => ({ resources: { limits: amounts } });

testRules({
  'the resources of a container': {
    rule: containerResources,
    cases: [
      [{ requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: 1, 'nvidia.com/gpu': 1 } }],
      [{ requests: { cpu: '2' }, limits: { cpu: '1500m' } }, 'field-invalid /requests/cpu'],
      [{ requests: { memory: '1Gi' }, limits: { memory: '1024Mi' } }],
      [{ limits: { cpu: '-1' } }, 'field-range /limits/cpu'],
      [{ limits: { gpu: '1' } }, 'field-invalid /limits/gpu'],
      [{ limits: { storage: '1' } }, 'field-invalid /limits/storage'],
      [{ limits: { 'nvidia.com/gpu': '0.5' } }, 'field-invalid /limits/nvidia.com~1gpu'],
      [{ requests: { 'nvidia.com/gpu': '1' } }, 'field-required /limits/nvidia.com~1gpu'],
      [{ requests: { 'nvidia.com/gpu': '1' }, limits: { 'nvidia.com/gpu': '2' } }, 'field-invalid /requests/nvidia.com~1gpu'],
      [{ requests: { cpu: 'lots' } }],
    ],
  },
  pages: {
    rule: containerResources,
    cases: [
      [{ limits: { 'hugepages-2Mi': '4Mi', cpu: '1' } }],
      [{ limits: { 'hugepages-2Mi': '4Mi' } }, 'field-required /limits'],
      [{ limits: { 'hugepages-2Mi': '3Mi', cpu: '1' } }, 'field-invalid /limits/hugepages-2Mi'],
      [{ limits: { 'hugepages-x': '3Mi', cpu: '1' } }, 'field-invalid /limits/hugepages-x'],
    ],
  },
  'claims of a container': {
    rule: containerResources,
    cases: [
      [{ claims: [{ name: 'a', request: 'x' }, { name: 'a', request: 'y' }, { name: 'b' }] }],
      [{ claims: [{ name: '' }] }, 'field-required /claims/0/name'],
      [{ claims: [{ name: 'a', request: 'X' }] }, 'field-invalid /claims/0/request'],
      [{ claims: [{ name: 'a' }, { name: 'a', request: 'x' }] }, 'field-duplicate /claims/1/name'],
    ],
  },
  'the resources of a pod as a whole': {
    rule: podResources,
    cases: [
      [{ limits: { cpu: '1' } }],
      [{ limits: { 'ephemeral-storage': '1' } }, 'field-invalid /limits/ephemeral-storage'],
      [{ claims: [] }, 'field-forbidden /claims'],
    ],
  },
  'what a pod costs': {
    rule: overhead,
    cases: [[{ cpu: '1m' }], [{ disk: '1' }, 'field-invalid /disk'], [{ 'hugepages-2Mi': '2Mi' }, 'field-required']],
  },
  'what the containers of a pod need together': {
    rule: podLevel,
    cases: [
      [{ containers: [requests({ cpu: '3' })] }],
      [{ ...requests({ cpu: '2' }), containers: [requests({ cpu: '1' }), requests({ cpu: '1' })] }],
      [
        { ...requests({ cpu: '2' }), containers: [requests({ cpu: '1' }), requests({ cpu: '1001m' })] },
        'field-invalid /resources/requests/cpu',
      ],
      [{ ...requests({ cpu: '2' }), containers: [requests({ cpu: '1' })], initContainers: [requests({ cpu: '2' })] }],
      [
        {
          ...requests({ cpu: '2' }),
          containers: [],
          initContainers: [{ restartPolicy: 'Always', ...requests({ cpu: '1' }) }, requests({ cpu: '1500m' })],
        },
        'field-invalid /resources/requests/cpu',
      ],
      [{ ...limits({ cpu: '1' }), containers: [limits({ cpu: '1' }), limits({ cpu: '1' })] }],
      [{ ...limits({ cpu: '1' }), containers: [limits({ cpu: '2' })] }, 'field-invalid /containers/0/resources/limits/cpu'],
      [
        { ...limits({ 'hugepages-2Mi': '2Mi' }), containers: [limits({ 'hugepages-2Mi': '2Mi' }), limits({ 'hugepages-2Mi': '2Mi' })] },
        'field-invalid /resources/limits/hugepages-2Mi',
      ],
    ],
  },
});
