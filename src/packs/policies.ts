import type { Policy } from '../authoring/policy.ts';
import { access } from './access/access.ts';
import { network } from './network.ts';
import { baseline, restricted } from './pod-security/pod-security.ts';
import { reliability } from './reliability/reliability.ts';
import { supplyChain } from './supply-chain.ts';

/** The built-in packs that can be asked without options, each under its own name; `cost` has no bounds of its own. */
export const builtinPacks: readonly Policy[] = [access, baseline, network, reliability, restricted, supplyChain];
