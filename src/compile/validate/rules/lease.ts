import type { JsonObject } from '../../../model/json.ts';
import { qualifiedName, type TextFormat } from '../../../schema/formats.ts';
import { atLeast, filled, formatted, formattedIfAny, missing, named, oneOf } from './checks.ts';
import { textOr } from './ports.ts';
import { all, fields, fine, isFilled, object, type Rule } from './rule.ts';
import { specOf } from './spec.ts';

/** How a leader is chosen: Kubernetes' one way, or one with a domain. */
const strategy: Rule = (value, path) =>
  typeof value === 'string' && value.includes('/')
    ? formatted(qualifiedName)(value, path)
    : oneOf('OldestEmulationVersion', '')(value, path);

/** A Lease (coordination validation, ValidateLeaseSpec). What asks for coordinated leader election is dropped where that is off. */
export const lease: Rule = fields({ spec: fields({ leaseDurationSeconds: atLeast(1), leaseTransitions: atLeast(0) }) });

const semver: TextFormat = {
  test: /^(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/,
  what: 'is a version as `1.35.0`',
};

/** A LeaseCandidate (coordination validation, ValidateLeaseCandidateSpec). */
export const leaseCandidate: Rule = specOf(
  all(
    object((spec: JsonObject, path) => [
      ...(textOr(spec['strategy'], '') === 'OldestEmulationVersion' && !isFilled(spec['emulationVersion'])
        ? [missing([...path, 'emulationVersion'], '`strategy` is `OldestEmulationVersion`')]
        : fine),
    ]),
    fields({ leaseName: filled, binaryVersion: named(semver), emulationVersion: formattedIfAny(semver), strategy: all(filled, strategy) }),
  ),
);
