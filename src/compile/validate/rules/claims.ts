import { type JsonObject, listAt, objectAt } from '../../../model/json.ts';
import { dnsLabel, dnsSubdomain } from '../../../schema/formats.ts';
import { forbidden, formattedIfAny, invalid, missing, required } from './checks.ts';
import { textOr } from './ports.ts';
import { positive } from './resources.ts';
import { all, fields, fine, isFilled, isSet, object, type Rule, when } from './rule.ts';
import { labelSelector } from './selectors.ts';

/** `ReadWriteOncePod` goes with no other mode. */
export const accessModes: Rule = (value, path) => {
  const modes = listAt(value);
  const isMixed = modes.includes('ReadWriteOncePod') && modes.some((mode) => mode !== 'ReadWriteOncePod');
  return isMixed ? [invalid(path, value, '`ReadWriteOncePod` goes with no other mode')] : fine;
};

const source: Rule = all(
  required('name', 'kind'),
  fields({ apiGroup: formattedIfAny(dnsSubdomain) }),
  object((value, path) =>
    isFilled(value['apiGroup']) || !isFilled(value['kind']) || value['kind'] === 'PersistentVolumeClaim'
      ? fine
      : [invalid([...path, 'kind'], value['kind'] ?? '', 'without `apiGroup` it is `PersistentVolumeClaim`')],
  ),
);

const isSame = (one: JsonObject, other: JsonObject): boolean =>
  ['apiGroup', 'kind', 'name'].every((key) => textOr(one[key], '') === textOr(other[key], ''));

/** Whether a `dataSource` is a claim or a snapshot, and not dropped. */
const isKept = ({ apiGroup, kind }: JsonObject): boolean =>
  [':PersistentVolumeClaim', 'snapshot.storage.k8s.io:VolumeSnapshot'].includes(`${textOr(apiGroup, '')}:${textOr(kind, '')}`);

/** A `dataSource` alone that is neither a claim nor a snapshot is dropped, whatever is in it. */
const sources: Rule = object((spec, path) => {
  const one = objectAt(spec, 'dataSource');
  const other = objectAt(spec, 'dataSourceRef');
  const isOne = !isSet(spec['dataSource']) || !isSet(spec['dataSourceRef']) || isFilled(other['namespace']) || isSame(one, other);
  return isOne ? fine : [invalid([...path, 'dataSource'], one, 'it is the same as `dataSourceRef`')];
});

const size: Rule = object((spec, path) =>
  isSet(objectAt(spec, 'resources', 'requests')['storage']) ? fine : [missing([...path, 'resources', 'requests', 'storage'])],
);

const anyClaimSpec: Rule = all(
  required('accessModes'),
  size,
  sources,
  fields({
    accessModes,
    selector: labelSelector,
    resources: fields({ requests: fields({ storage: positive }) }),
    storageClassName: formattedIfAny(dnsSubdomain),
    volumeAttributesClassName: formattedIfAny(dnsSubdomain),
  }),
);

/** A source in another namespace is judged, or dropped, as the cluster is set up (CrossNamespaceVolumeDataSource). */
const ownSource: Rule = when((value) => !isFilled(value['namespace']), source);

/** The spec of a PersistentVolumeClaim (core validation, ValidatePersistentVolumeClaimSpec). */
export const claimSpec: Rule = all(anyClaimSpec, fields({ dataSource: when(isKept, required('name')), dataSourceRef: ownSource }));

/** The spec of a template of one, of which nothing is dropped. */
export const claimTemplateSpec: Rule = all(
  anyClaimSpec,
  fields({ dataSource: source, dataSourceRef: all(source, fields({ namespace: formattedIfAny(dnsLabel) })) }),
  object((spec, path) =>
    isSet(spec['dataSource']) && isFilled(objectAt(spec, 'dataSourceRef')['namespace'])
      ? [forbidden([...path, 'dataSource'], '`dataSourceRef` has a `namespace`')]
      : fine,
  ),
);
