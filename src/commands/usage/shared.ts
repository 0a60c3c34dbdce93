import { Option } from 'commander';
import { collect, collectHosts } from '../option-values.ts';

/** Which cluster. An option belongs to one command alone where it implies something there. */
export const kubeconfigOption = (): Option =>
  new Option('--kubeconfig <file>', 'the cluster; by default $KUBECONFIG, the pod, or your own file');
/** Which context of a kubeconfig. */
export const contextOption = (): Option => new Option('--context <name>', 'a context of the kubeconfig');

/** Registries that may be asked without TLS. */
export const insecureRegistry = new Option(
  '--insecure-registry <host>',
  'a registry that may do without TLS; one on this machine may anyway',
)
  .argParser(collectHosts)
  .default([], 'none');

/** Where a source may come from. */
export const reviewed = new Option(
  '--reviewed <branch>',
  'a branch whose commits may be a source, beside the default one and what is checked out',
)
  .argParser(collect)
  .default([], 'none');
