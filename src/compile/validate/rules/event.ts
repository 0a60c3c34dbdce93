import { type JsonObject, objectAt, stringAt } from '../../../model/json.ts';
import { qualifiedName } from '../../../schema/formats.ts';
import { bytesOf } from './bytes.ts';
import { atLeast, forbidden, formattedIfAny, invalid, missing, oneOf, required, text } from './checks.ts';
import { textOr } from './ports.ts';
import { all, fields, fine, isFilled, isSet, object, type Rule, when } from './rule.ts';

/** Text of at most `most` bytes. */
function short(most: number): Rule {
  return text((value) => (bytesOf(value) > most ? `it has at most ${most} bytes` : undefined));
}

const namespaceOf = (event: JsonObject): string => textOr(objectAt(event, 'metadata')['namespace'], '');

/** That an event stands in the namespace of what it is about, or in one of a few when that has none. */
function inNamespace(about: 'involvedObject' | 'regarding'): Rule {
  return object((event, path) => {
    const object = textOr(objectAt(event, about)['namespace'], '');
    const own = namespaceOf(event);
    const isNew = isSet(event['eventTime']);
    const isRight = object === '' ? ['default', ...(isNew ? ['kube-system'] : [''])].includes(own) : isNew || object === own;
    if (isRight) return fine;
    return [invalid([...path, about, 'namespace'], object, `the event is in the namespace \`${own}\``)];
  });
}

/** What an event has that tells when it was. The names of two fields differ between the two groups. */
function reported(controller: string): Rule {
  return when(
    (event) => isSet(event['eventTime']),
    all(
      required(controller, 'reportingInstance', 'action', 'reason'),
      fields({ [controller]: formattedIfAny(qualifiedName), reportingInstance: short(128), action: short(128), reason: short(128) }),
    ),
  );
}

/** An Event of the core group (core validation, legacyValidateEvent). */
export const coreEvent: Rule = all(
  inNamespace('involvedObject'),
  reported('reportingComponent'),
  when((event) => isSet(event['eventTime']), fields({ message: short(1024) })),
);

const onlyOld = 'it is of the core group only';

/** An Event of `events.k8s.io/v1` (core validation, ValidateEventCreate). */
export const event: Rule = all(
  inNamespace('regarding'),
  reported('reportingController'),
  fields({ note: short(1024), type: oneOf('Normal', 'Warning'), series: fields({ count: atLeast(2) }) }),
  object((value, path) => [
    ...(isFilled(value['type']) ? fine : [missing([...path, 'type'])]),
    ...['deprecatedFirstTimestamp', 'deprecatedLastTimestamp', 'deprecatedCount']
      .filter((key) => isSet(value[key]) && value[key] !== 0)
      .map((key) => forbidden([...path, key], onlyOld)),
    ...(['component', 'host'].some((key) => (stringAt(value, 'deprecatedSource', key) ?? '') !== '')
      ? [forbidden([...path, 'deprecatedSource'], onlyOld)]
      : fine),
  ]),
);
