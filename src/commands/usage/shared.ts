import { Option } from 'commander';
import { usualNamespace } from '../../model/applyset.ts';
import { forgeTypes } from '../../model/forge.ts';
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

/** Which cluster, where nothing follows from it. */
export const kubeconfig = kubeconfigOption();

/** Which of those that the kubeconfig knows. */
export const kubeContext = contextOption();

/** Where the agent keeps its state. */
export const namespace = new Option('--namespace <name>', "the namespace of the agent's own state").default(usualNamespace);

/** What a forge is that is asked. */
export const forgeWords: readonly Option[] = [
  new Option('--forge <type>', 'what runs there, if its host does not tell; gitea is Forgejo, too').choices(forgeTypes),
  new Option('--forge-url <url>', 'where it is, if the remote does not tell'),
];

/** Which forge is asked. */
export const forgeOptions: readonly Option[] = [
  new Option('--remote <name>', 'the remote of this repository that is at the forge').default('origin'),
  ...forgeWords,
];
/** Where a change of the source is proposed. */
export const proposed = new Option(
  '--push [remote]',
  'write nothing here: commit it on a branch at this remote of the source, on top of its default branch, and open a pull request; default: origin',
).conflicts('check');

/** Whether people are asked for what one of them declined. */
export const reopen = new Option('--reopen', 'open a pull request also for what somebody closed without merging it').default(false);
