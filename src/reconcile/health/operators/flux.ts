import { conditions } from './conditions.ts';
import { alike, type Judgements } from './judgement.ts';

/**
 * Flux follows kstatus: Reconciling and Stalled are looked at before, Ready decides, and `status.observedGeneration` says of
 * which generation. By `apis/meta` of github.com/fluxcd/pkg and the API types of its controllers.
 */
const ready = conditions();

/** The kinds of Flux that have a status in all of their versions. */
export const flux: Judgements = {
  ...alike('kustomize.toolkit.fluxcd.io', ['Kustomization'], ready),
  ...alike('helm.toolkit.fluxcd.io', ['HelmRelease'], ready),
  ...alike('source.toolkit.fluxcd.io', ['GitRepository', 'OCIRepository', 'HelmRepository', 'HelmChart', 'Bucket'], ready),
  ...alike('image.toolkit.fluxcd.io', ['ImageRepository', 'ImagePolicy', 'ImageUpdateAutomation'], ready),
  ...alike('notification.toolkit.fluxcd.io', ['Receiver'], ready),
};
