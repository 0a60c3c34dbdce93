import { listAt, objectAt } from '../../../../model/json.ts';
import { dnsLabel, dnsSubdomain, dnsSubdomainWithUnderscore, formatProblem, qualifiedName } from '../../../../schema/formats.ts';
import { anyAddress } from '../addresses.ts';
import { atMostEntries, between, exactlyOne, forbidden, formatted, formattedIfAny, missing, named, required, text } from '../checks.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule } from '../rule.ts';
import { labels } from '../selectors.ts';
import { tolerations } from '../tolerations.ts';
import { containers } from './container.ts';
import { inPod } from './inpod.ts';
import { podLevel } from './podlevel.ts';
import { overhead, podResources } from './resources.ts';
import { affinity, spread } from './scheduling.ts';
import { podSecurity, sharing } from './security.ts';
import { volume } from './volumes.ts';
import { hostProcesses, operatingSystem } from './windows.ts';

/** The characters that the search domains of a pod may have, with spaces between them (core validation, MaxDNSSearchListChars). */
const maxSearchLength = 2048;

const searches: Rule = all(
  atMostEntries(32),
  each(text((value) => (value === '.' ? undefined : formatProblem(value.replace(/\.$/, ''), dnsSubdomainWithUnderscore)))),
  (value, path) => {
    const length = listAt(value).join(' ').length;
    if (length <= maxSearchLength) return fine;
    return [{ code: 'field-range', message: `\`searches\` has ${length} characters, and ${maxSearchLength} are allowed`, path }];
  },
);

/** How a pod finds others by name (core validation, validatePodDNSConfig). */
const dnsConfig: Rule = fields({
  nameservers: all(atMostEntries(3), each(anyAddress)),
  searches,
  options: each(required('name')),
});

const ownDns: Rule = object((spec, path) =>
  spec['dnsPolicy'] === 'None' && !isFilled(objectAt(spec, 'dnsConfig')['nameservers'])
    ? [missing([...path, 'dnsConfig', 'nameservers'], '`dnsPolicy` is `None`')]
    : fine,
);

/** The name that a pod has for itself (core validation, validatePodHostName). */
const ownHostname: Rule = object((spec, path) => {
  const clashing = ['setHostnameAsFQDN', 'hostNetwork'].find((key) => spec[key] === true);
  return isSet(spec['hostnameOverride']) && clashing !== undefined
    ? [forbidden([...path, 'hostnameOverride'], `\`${clashing}\` is true`)]
    : fine;
});

const claim: Rule = all(
  exactlyOne('resourceClaimName', 'resourceClaimTemplateName'),
  fields({ name: named(dnsLabel), resourceClaimName: formatted(dnsSubdomain), resourceClaimTemplateName: formatted(dnsSubdomain) }),
);

/** `serviceAccount` is the old name of `serviceAccountName`, which is read where that one is not set. */
const account: Rule = object((spec, path) => {
  const key = isFilled(spec['serviceAccountName']) ? 'serviceAccountName' : 'serviceAccount';
  return formattedIfAny(dnsSubdomain)(spec[key] ?? '', [...path, key]);
});

/** Containers that are added to a pod that runs cannot be in a manifest. */
const noEphemeral: Rule = object((spec, path) =>
  isFilled(spec['ephemeralContainers']) ? [forbidden([...path, 'ephemeralContainers'], 'only a pod that runs can be given some')] : fine,
);

/** What the fields of a pod demand, one by one. */
const fieldByField: Rule = fields({
  ...containers,
  volumes: each(volume),
  resourceClaims: each(claim),
  resources: podResources,
  overhead,
  nodeSelector: labels,
  securityContext: podSecurity,
  affinity,
  topologySpreadConstraints: spread,
  tolerations,
  dnsConfig,
  readinessGates: each(fields({ conditionType: formatted(qualifiedName) })),
  schedulingGates: each(fields({ name: formatted(qualifiedName) })),
  hostAliases: each(fields({ ip: anyAddress, hostnames: each(formatted(dnsSubdomain)) })),
  hostnameOverride: formatted({ ...dnsSubdomain, max: 64 }),
  nodeName: formattedIfAny(dnsSubdomain),
  priorityClassName: formattedIfAny(dnsSubdomain),
  runtimeClassName: formatted(dnsSubdomain),
  activeDeadlineSeconds: between(1, 2 ** 31 - 1),
});

/** What its fields demand of one another. */
const together: Rule = all(account, noEphemeral, inPod, podLevel, sharing, ownDns, ownHostname, operatingSystem, hostProcesses);

/** The spec of a pod but for what it mounts (core validation, ValidatePodSpec). */
export const podSpec: Rule = all(fieldByField, together);

/** What else a pod is called: the template of a StatefulSet may have anything there, since each pod gets its own. */
export const ownNames: Rule = fields({ hostname: formattedIfAny(dnsLabel), subdomain: formattedIfAny(dnsLabel) });

/** What holds of a pod, and not of a template of one (core validation, ValidatePodCreate). */
export const barePod: Rule = object((spec, path) => {
  const gated = isFilled(spec['nodeName']) && isFilled(spec['schedulingGates']);
  return [
    ...(isSet(spec['overhead']) && !isSet(spec['runtimeClassName'])
      ? [forbidden([...path, 'overhead'], 'it is that of a `runtimeClassName`')]
      : fine),
    ...(gated ? [forbidden([...path, 'nodeName'], '`schedulingGates` keep the pod from every node')] : fine),
    ...['containers', 'initContainers'].flatMap((list) => each(spaced)(spec[list] ?? [], [...path, list])),
    ...each(fields({ image: required('reference') }))(spec['volumes'] ?? [], [...path, 'volumes']),
  ];
});

const spaced: Rule = fields({ image: text((value) => (value === value.trim() ? undefined : 'it may not have spaces around it')) });
