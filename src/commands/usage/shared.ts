import { Option } from 'commander';
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
