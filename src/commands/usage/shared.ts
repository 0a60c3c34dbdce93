import { Option } from 'commander';
import { usualNamespace } from '../../model/applyset.ts';
import { collect, collectHosts } from '../option-values.ts';

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

/** Which cluster. */
export const kubeconfig = new Option('--kubeconfig <file>', 'the cluster; by default $KUBECONFIG, the pod, or your own file');

/** Which of those that the kubeconfig knows. */
export const kubeContext = new Option('--context <name>', 'a context of the kubeconfig');

/** Where the agent keeps its state. */
export const namespace = new Option('--namespace <name>', "the namespace of the agent's own state").default(usualNamespace);

/** Where a change of the source is proposed. */
export const proposed = new Option(
  '--push [remote]',
  'write nothing here: commit it on a branch at this remote of the source, on top of its default branch, and open a pull request; default: origin',
).conflicts('check');
