import { Option } from 'commander';
import { forgeTypes } from '../../model/forge.ts';
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

/** Which forge is asked. */
export const forgeOptions: readonly Option[] = [
  new Option('--remote <name>', 'the remote of this repository that is at the forge').default('origin'),
  new Option('--forge <type>', 'what runs there, if its host does not tell; gitea is Forgejo, too').choices(forgeTypes),
  new Option('--forge-url <url>', 'where it is, if the remote does not tell'),
];
