import type { Policy } from '../authoring/policy.ts';
import { baseline, restricted } from './pod-security/pod-security.ts';

/** The built-in packs, each under its own name. */
export const builtinPacks: readonly Policy[] = [baseline, restricted];
