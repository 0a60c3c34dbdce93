import { relativePath } from '../../../../schema/formats.ts';
import { formatted, text } from '../checks.ts';
import { all, type Rule } from '../rule.ts';

/** A path without a part `..` (core validation, validatePathNoBacksteps). */
export const noStepsBack: Rule = text((value) => (value.split('/').includes('..') ? 'it may not have a part `..`' : undefined));

/** A path below a folder that is given elsewhere (core validation, validateLocalDescendingPath). */
export const pathBelow: Rule = formatted(relativePath);

/** A path that also leaves names that begin with `..` to the kubelet (core validation, ValidateLocalNonReservedPath). */
export const ownPathBelow: Rule = all(
  pathBelow,
  text((value) => (value.startsWith('..') && value !== '..' && !value.startsWith('../') ? 'it may not begin with `..`' : undefined)),
);
