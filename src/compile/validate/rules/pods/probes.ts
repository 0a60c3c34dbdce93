import { headerName } from '../../../../schema/formats.ts';
import { atLeast, exactlyOne, formatted, invalid, required, without } from '../checks.ts';
import { portNumber, portNumberOrName } from '../ports.ts';
import { all, each, fields, fine, object, type Rule } from '../rule.ts';

const ways = {
  exec: required('command'),
  httpGet: fields({ port: portNumberOrName, httpHeaders: each(fields({ name: formatted(headerName) })) }),
  tcpSocket: fields({ port: portNumberOrName }),
};

const probe: Rule = all(
  exactlyOne('exec', 'httpGet', 'tcpSocket', 'grpc'),
  fields({
    ...ways,
    grpc: fields({ port: portNumber }),
    initialDelaySeconds: atLeast(0),
    timeoutSeconds: atLeast(0),
    periodSeconds: atLeast(0),
    failureThreshold: atLeast(0),
    terminationGracePeriodSeconds: atLeast(1),
  }),
);

/** A probe that has to succeed once; zero is the same as nothing (core validation, validateLivenessProbe). */
const onceProbe: Rule = all(
  probe,
  object(({ successThreshold }, path) =>
    typeof successThreshold !== 'number' || successThreshold === 0 || successThreshold === 1
      ? fine
      : [invalid([...path, 'successThreshold'], successThreshold, 'only a `readinessProbe` may have another than 1')],
  ),
);

const readinessProbe: Rule = all(
  probe,
  fields({ successThreshold: atLeast(0) }),
  without(['terminationGracePeriodSeconds'], 'a `readinessProbe` ends nothing'),
);

/** The probes of a container (core validation, validateProbe). */
export const probes: Readonly<Record<string, Rule>> = { livenessProbe: onceProbe, readinessProbe, startupProbe: onceProbe };

const handler: Rule = all(exactlyOne('exec', 'httpGet', 'tcpSocket', 'sleep'), fields({ ...ways, sleep: fields({ seconds: atLeast(0) }) }));

/** What is done when a container has started, or is about to end (core validation, validateLifecycle). */
export const lifecycle: Rule = fields({ postStart: handler, preStop: handler });
