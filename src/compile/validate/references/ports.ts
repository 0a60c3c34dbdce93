import { listAt, objectAt, stringAt } from '../../../model/json.ts';
import { type Manifest, refOf } from '../../../model/manifest.ts';
import type { Problem } from '../../../model/problem.ts';
import { formatRef } from '../../../model/ref.ts';
import { meantOr } from '../../wording.ts';
import { listed } from './missing.ts';
import type { Pods } from './running.ts';

/**
 * Ports that a Service sends to a port of its pods that none of them names. As the controller of EndpointSlices looks for them:
 * by name and protocol, in containers and in those that run beside them (`FindPort` in k8s.io/endpointslice).
 */
export function targetPortProblems(service: Manifest, selected: readonly Pods[]): readonly Problem[] {
  const specs = selected.flatMap(({ spec }) => (spec === undefined ? [] : [spec]));
  // Of pods of others nobody knows the ports.
  if (specs.length === 0 || specs.length < selected.length) return [];
  const wanted = listAt(service, 'spec', 'ports').flatMap((port, i) => {
    const name = stringAt(port, 'targetPort');
    return name === undefined || name === '' ? [] : [{ i, name, protocol: stringAt(port, 'protocol') ?? 'TCP' }];
  });
  if (wanted.length === 0) return [];
  const ports = specs.flatMap(({ of, path }) => namedPorts(of, path));
  return wanted
    .filter(({ name, protocol }) => !ports.some((port) => port.name === name && port.protocol === protocol))
    .map(({ i, name, protocol }) => {
      const names = ports.map((port) => (port.protocol === protocol ? port.name : `${port.name} (${port.protocol})`));
      const whose = selected.length === 1 && selected[0] !== undefined ? `\`${formatRef(selected[0].ref)}\`` : 'its pods';
      return {
        code: 'port-missing',
        path: ['spec', 'ports', i, 'targetPort'],
        message: `\`${formatRef(refOf(service))}\` sends to the ${protocol} port \`${name}\` of ${whose}, where the named ports are ${listed(names, 'none')}`,
        help: meantOr('name a port of a container so, or give its number', name, names),
      };
    });
}

interface NamedPort {
  readonly name: string;
  readonly protocol: string;
}

function namedPorts(manifest: Manifest, spec: readonly (string | number)[]): readonly NamedPort[] {
  const pod = objectAt(manifest, ...spec);
  const sidecars = listAt(pod, 'initContainers').filter((container) => stringAt(container, 'restartPolicy') === 'Always');
  return [...listAt(pod, 'containers'), ...sidecars].flatMap((container) =>
    listAt(container, 'ports').flatMap((port) => {
      const name = stringAt(port, 'name');
      return name === undefined ? [] : [{ name, protocol: stringAt(port, 'protocol') ?? 'TCP' }];
    }),
  );
}
