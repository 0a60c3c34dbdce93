import type { Health } from '../../../model/health.ts';
import { stringAt } from '../../../model/json.ts';
import type { LiveObject } from '../../../model/manifest.ts';
import { conditionOf, current, inProgress } from '../rule.ts';
import { inGroup, type Judgements } from './judgement.ts';
import { phase } from './phase.ts';

/**
 * KubeVirt, by `core/v1` of kubevirt.io/api, and its importer of disks, by `core/v1beta1` of
 * kubevirt.io/containerized-data-importer-api. Machines that are halted count as suspended.
 */
export const virtualMachines: Judgements = {
  ...inGroup('kubevirt.io', { VirtualMachine: machine }),
  ...inGroup('cdi.kubevirt.io', { DataVolume: phase({ current: ['Succeeded'], failed: ['Failed'] }) }),
};

/** Only with the run strategy Always is one that is stopped not as wanted: others are stopped by hand, or by their own end. */
function machine(object: LiveObject): Health {
  const word = stringAt(object, 'status', 'printableStatus') ?? '';
  const strategy = stringAt(object, 'spec', 'runStrategy') ?? 'Always';
  if (word === '') return inProgress('not seen by its controller yet');
  const isWanted = conditionOf(object, 'Ready')?.status === 'True' || (word === 'Stopped' && strategy !== 'Always');
  return (isWanted ? current : inProgress)(`status: ${word}`);
}
