import { objectAt } from '../../../../model/json.ts';
import { dnsLabel, portName } from '../../../../schema/formats.ts';
import { atMostEntries, between, filled, forbidden, formattedIfAny, missing, named, oneOf, required, without } from '../checks.ts';
import { once } from '../once.ts';
import { portNumber, textOr } from '../ports.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule } from '../rule.ts';
import { env, envFrom } from './env.ts';
import { device, mount } from './mounts.ts';
import { lifecycle, probes } from './probes.ts';
import { containerResources } from './resources.ts';
import { containerSecurity } from './security.ts';

/** The ports of a container (core validation, validateContainerPorts). A host port of zero is none. */
const ports: Rule = all(
  each(fields({ name: formattedIfAny(portName), containerPort: portNumber, hostPort: between(0, 65_535) })),
  once('ports', (port) => textOr(objectAt(port)['name'], '') || undefined, 'name'),
);

const restartRule: Rule = all(
  required('exitCodes'),
  fields({ action: oneOf('Restart'), exitCodes: fields({ operator: oneOf('In', 'NotIn'), values: atMostEntries(255) }) }),
);

/** How a container is started again by itself (core validation, validateContainerRestartPolicy). */
const restarting: Rule = all(
  fields({ restartPolicy: oneOf('Always', 'Never', 'OnFailure'), restartPolicyRules: all(atMostEntries(20), each(restartRule)) }),
  object((container, path) =>
    isFilled(container['restartPolicyRules']) && !isSet(container['restartPolicy'])
      ? [missing([...path, 'restartPolicy'], '`restartPolicyRules` stand beside it')]
      : fine,
  ),
);

/** What is restarted when a resource is resized (core validation, validateResizePolicy). */
const resizePolicy: Rule = all(
  each(fields({ resourceName: oneOf('cpu', 'memory'), restartPolicy: oneOf('NotRequired', 'RestartContainer') })),
  once('resources', (policy) => objectAt(policy)['resourceName'], 'resourceName'),
);

/** What is common to all containers (core validation, validateContainerCommon). */
const common: Rule = all(
  required('image'),
  fields({
    name: named(dnsLabel),
    ports,
    env,
    envFrom,
    volumeMounts: each(mount),
    volumeDevices: each(device),
    resources: containerResources,
    resizePolicy,
    securityContext: containerSecurity,
  }),
  restarting,
);

const running: Rule = fields({ ...probes, lifecycle });

const onlyStaying = 'only an init container with `restartPolicy: Always` has one';

/** A stop signal alone is dropped with the whole `lifecycle` where its feature is off. */
const noHooks: Rule = object((value, path) => {
  const isSignal = isSet(value['stopSignal']) && !isSet(value['postStart']) && !isSet(value['preStop']);
  return isSignal ? fine : [forbidden(path, onlyStaying)];
});

const ends = all(without(Object.keys(probes), onlyStaying), fields({ lifecycle: noHooks }));

/** A container that comes before the others, or, if it is always restarted, runs beside them (core validation, validateInitContainers). */
const endsOrStays: Rule = object((container, path) => {
  if (container['restartPolicy'] !== 'Always') return ends(container, path);
  const rules = isFilled(container['restartPolicyRules'])
    ? [forbidden([...path, 'restartPolicyRules'], 'an init container with `restartPolicy: Always` has none')]
    : fine;
  return [...running(container, path), ...rules];
});

/** The containers of a pod, by the field that they stand in, whatever else the pod has. */
export const containers: Readonly<Record<'containers' | 'initContainers', Rule>> = {
  containers: all(filled, each(all(common, running))),
  initContainers: each(all(common, endsOrStays)),
};
