import { type Json, listAt, objectAt, stringAt } from '../../../model/json.ts';
import { formatProblem, qualifiedName } from '../../../schema/formats.ts';
import { atLeast, formatted, invalid, invalidKey, oneOf, required, text } from './checks.ts';
import { all, each, fields, fine, isSet, object, type Rule } from './rule.ts';
import { labels } from './selectors.ts';

/** The bytes that the annotations of an object may have, with their keys (apimachinery, TotalAnnotationSizeLimitB). */
const maxAnnotationBytes = 256 * 1024;

/** Keys of annotations are those of labels, in any case. */
const annotationKeys: Rule = object((value, path) =>
  Object.keys(value).flatMap((key) => {
    const problem = formatProblem(key.toLowerCase(), qualifiedName);
    return problem === undefined ? fine : [invalidKey(path, key, problem)];
  }),
);

const annotationSize: Rule = object((value, path) => {
  const bytes = Object.entries(value).reduce((sum, [key, text]) => sum + byteLength(key) + byteLength(text), 0);
  if (bytes <= maxAnnotationBytes) return fine;
  const message = `\`annotations\` has ${bytes} bytes, and ${maxAnnotationBytes} are allowed`;
  return [{ code: 'field-range', message, path, help: 'keep long texts in a ConfigMap' }];
});

function byteLength(text: Json | undefined): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : 0;
}

const finalizerConflict: Rule = (value, path) => {
  if (!Array.isArray(value) || !value.includes('orphan') || !value.includes('foregroundDeletion')) return fine;
  const message = '`orphan` and `foregroundDeletion` cannot both be among the finalizers: they contradict each other';
  return [{ code: 'field-conflict', message, path, help: 'keep one of them' }];
};

/** What Kubernetes' own controllers call theirs; all others have a domain (core helpers, standardFinalizers). */
const standardFinalizers = ['kubernetes', 'orphan', 'foregroundDeletion'];

/** A version, after its group where there is one (apimachinery, ParseGroupVersion). */
const ownerVersion: Rule = text((value) =>
  value === '' || /^(?:[^/]*\/)?[^/]+$/.test(value) ? undefined : 'it is a version, or `group/version`',
);

const owner: Rule = all(
  required('apiVersion', 'kind', 'name', 'uid'),
  fields({ apiVersion: ownerVersion }),
  object((value, path) =>
    stringAt(value, 'apiVersion') === 'v1' && stringAt(value, 'kind') === 'Event'
      ? [invalid([...path, 'kind'], 'Event', 'an event cannot own anything')]
      : fine,
  ),
);

const oneController: Rule = (value, path) => {
  const controllers = listAt(value).flatMap((reference, i) => (objectAt(reference)['controller'] === true ? [i] : []));
  const second = controllers[1];
  if (second === undefined) return fine;
  const message = 'two owners are the controller, and an object has only one';
  return [{ code: 'field-conflict', message, path: [...path, second, 'controller'], help: 'leave `controller: true` to one of them' }];
};

/** Whether a field of the metadata of a template is more than Go's zero value: the one that is a pointer may be 0. */
export function isGivenInTemplate(key: string, value: Json | undefined): boolean {
  return isSet(value) && value !== '' && (value !== 0 || key === 'deletionGracePeriodSeconds');
}

/** The labels and annotations of an object, or of a template of one. */
export const labelsAndAnnotations: Rule = fields({ labels, annotations: all(annotationKeys, annotationSize) });

/** The metadata of an object of any kind (apimachinery: api/validation, ValidateObjectMeta). Its name is judged with its identity. */
export const metadata: Rule = all(
  labelsAndAnnotations,
  fields({
    finalizers: all(each(formatted(qualifiedName)), finalizerConflict),
    ownerReferences: all(each(owner), oneController),
  }),
);

/** A generation that is taken from the manifest, where the server does not set one anew before it looks. */
export const givenGeneration: Rule = fields({ generation: atLeast(0) });

/** Whoever wrote what (metav1 validation, ValidateManagedFields). */
const manager: Rule = all(required('operation'), fields({ operation: oneOf('Apply', 'Update', ''), fieldsType: oneOf('FieldsV1', '') }));

/** The metadata of an object inside of another, of which the API server sets nothing (apiserver/schema/objectmeta). */
export const embeddedMetadata: Rule = fields({ metadata: all(metadata, givenGeneration, fields({ managedFields: each(manager) })) });

/** The finalizers of Kubernetes' own kinds have a domain, unless they are its own (core validation, validateKubeFinalizerName). */
export const builtinFinalizers: Rule = fields({
  finalizers: each((value, path) => {
    if (typeof value !== 'string' || value.includes('/') || standardFinalizers.includes(value)) return fine;
    return [invalid(path, value, 'a finalizer has a domain: `example.com/name`')];
  }),
});
