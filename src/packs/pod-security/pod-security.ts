import type { Policy } from '../../authoring/policy.ts';
import type { Check } from '../../authoring/rule.ts';
import { packOf } from '../pack.ts';
import {
  appArmor,
  baselineCapabilities,
  baselineProcMount,
  baselineSeccomp,
  hostNamespaces,
  hostPath,
  hostPorts,
  hostProbes,
  type PodRule,
  privileged,
  procMount,
  seLinux,
  sysctls,
  windowsHostProcess,
} from './baseline.ts';
import { privilegeEscalation, restrictedCapabilities, restrictedSeccomp, runAsNonRoot, runAsUser, volumeTypes } from './restricted.ts';
import { baselineTexts, restrictedTexts } from './texts.ts';

/** A minor of Kubernetes that is not known is taken for the newest. */
function check(rule: PodRule): Check {
  return {
    of: 'pods',
    check(pod, { env }) {
      const minor = Number(env.kubernetes.split('.')[1]);
      return rule(pod, Number.isInteger(minor) ? minor : Number.POSITIVE_INFINITY);
    },
  };
}

/** What both levels have in the same form. */
const common = {
  'windows-host-process': check(windowsHostProcess),
  'host-namespaces': check(hostNamespaces),
  privileged: check(privileged),
  'host-ports': check(hostPorts),
  'host-probes': check(hostProbes),
  'app-armor': check(appArmor),
  'se-linux': check(seLinux),
  sysctls: check(sysctls),
};

/**
 * The level `baseline` of the Pod Security Standards, as the API server of the environment's Kubernetes version enforces it in
 * a namespace, asked of every pod and of every template.
 */
export const baseline: Policy = packOf('baseline', baselineTexts, {
  ...common,
  capabilities: check(baselineCapabilities),
  'host-path': check(hostPath),
  'proc-mount': check(baselineProcMount),
  seccomp: check(baselineSeccomp),
});

/** The level `restricted` of the Pod Security Standards, which holds everything of `baseline`. */
export const restricted: Policy = packOf('restricted', restrictedTexts, {
  ...common,
  capabilities: check(restrictedCapabilities),
  'proc-mount': check(procMount),
  seccomp: check(restrictedSeccomp),
  'volume-types': check(volumeTypes),
  'privilege-escalation': check(privilegeEscalation),
  'run-as-non-root': check(runAsNonRoot),
  'run-as-user': check(runAsUser),
});
