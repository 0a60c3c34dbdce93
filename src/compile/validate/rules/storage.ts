import { type Json, type JsonObject, listAt, objectAt } from '../../../model/json.ts';
import { dnsSubdomain, formatProblem, qualifiedName } from '../../../schema/formats.ts';
import { bytesOf, bytesOfMap, tooManyBytes } from './bytes.ts';
import {
  atLeast,
  atMostEntries,
  between,
  exactlyOne,
  filled,
  forbidden,
  formatted,
  invalid,
  missing,
  named,
  oneOf,
  text,
} from './checks.ts';
import { once } from './once.ts';
import { notNegative } from './resources.ts';
import { all, each, fields, fine, isFilled, isSet, object, type Rule } from './rule.ts';
import { labelSelector } from './selectors.ts';
import { driverName } from './volumes.ts';

/** The bytes that the parameters of a class may have, with their keys (storage validation, maxProvisionerParameterSize). */
const maxParameterBytes = 256 * 1024;

/** Whoever makes the volumes of a class: a qualified name in any case. */
const provisioner: Rule = all(
  filled,
  text((value) => (value === '' ? undefined : formatProblem(value.toLowerCase(), qualifiedName))),
);

const parameters: Rule = all(
  atMostEntries(512),
  object((map, path) => {
    return [
      ...(Object.hasOwn(map, '') ? [invalid([...path, ''], '', 'a parameter has a name')] : fine),
      ...tooManyBytes(path, { bytes: bytesOfMap(map), most: maxParameterBytes, help: 'keep long parameters where the driver reads them' }),
    ];
  }),
);

const topology: Rule = all(
  object((term, path) => (isFilled(term['matchLabelExpressions']) ? fine : [missing([...path, 'matchLabelExpressions'])])),
  fields({
    matchLabelExpressions: all(
      each(
        fields({
          key: formatted(qualifiedName),
          values: all(
            filled,
            once('values', (value) => value),
          ),
        }),
      ),
      once('expressions', (entry) => objectAt(entry)['key'], 'key'),
    ),
  }),
);

/** What a topology asks for, whatever the order in which it is written. */
function topologyIdentity(term: Json): string {
  const wanted = listAt(term, 'matchLabelExpressions').map((one) => [objectAt(one)['key'], listAt(one, 'values').toSorted()]);
  return JSON.stringify(wanted.toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)));
}

/** A StorageClass (storage validation, ValidateStorageClass). */
export const storageClass: Rule = fields({
  provisioner,
  parameters,
  reclaimPolicy: oneOf('Delete', 'Retain', ''),
  allowedTopologies: all(each(topology), once('topologies', topologyIdentity)),
});

/** A VolumeAttributesClass (storage validation, ValidateVolumeAttributesClass). */
export const volumeAttributesClass: Rule = all(
  fields({ driverName: provisioner, parameters }),
  object((value, path) => (isFilled(value['parameters']) ? fine : [missing([...path, 'parameters'])])),
);

const tokenRequests: Rule = all(
  once('tokens', (entry) => objectAt(entry)['audience'] ?? '', 'audience'),
  each(fields({ expirationSeconds: between(600, 2 ** 32) })),
);

/** A CSIDriver (storage validation, validateCSIDriverSpec). */
export const csiDriver: Rule = fields({
  spec: all(
    fields({
      fsGroupPolicy: oneOf('ReadWriteOnceWithFSType', 'File', 'None'),
      tokenRequests,
      volumeLifecycleModes: each(oneOf('Persistent', 'Ephemeral')),
    }),
    object((spec, path) =>
      isSet(spec['serviceAccountTokenInSecrets']) && !isFilled(spec['tokenRequests'])
        ? [forbidden([...path, 'serviceAccountTokenInSecrets'], 'there are no `tokenRequests`')]
        : fine,
    ),
  ),
});

const nodeId: Rule = all(
  filled,
  text((value) => (bytesOf(value) > 256 ? 'it has at most 256 characters' : undefined)),
);

/** A CSINode (storage validation, validateCSINodeSpec). */
export const csiNode: Rule = fields({
  spec: fields({
    drivers: all(
      once('drivers', (entry) => objectAt(entry)['name'], 'name'),
      each(
        fields({
          name: named(driverName),
          nodeID: nodeId,
          allocatable: fields({ count: atLeast(0) }),
          topologyKeys: all(
            each(formatted(qualifiedName)),
            once('keys', (value) => value),
          ),
        }),
      ),
    ),
  }),
});

/** What a volume that is written into its attachment does not have. */
const onlyOnItsOwn = ['claimRef', 'capacity', 'nodeAffinity', 'storageClassName'];

const inlineVolume: Rule = object((spec: JsonObject, path) => [
  ...(isSet(spec['csi']) ? fine : [missing([...path, 'csi'], 'a volume in an attachment has it')]),
  ...(isFilled(spec['accessModes']) ? fine : [missing([...path, 'accessModes'])]),
  ...onlyOnItsOwn.filter((key) => isFilled(spec[key])).map((key) => forbidden([...path, key], 'the volume is written into its attachment')),
]);

/** A VolumeAttachment (storage validation, validateVolumeAttachmentSpec). */
export const volumeAttachment: Rule = fields({
  spec: fields({
    attacher: named(driverName),
    nodeName: formatted(dnsSubdomain),
    source: all(
      exactlyOne('persistentVolumeName', 'inlineVolumeSpec'),
      fields({ persistentVolumeName: named(dnsSubdomain), inlineVolumeSpec: inlineVolume }),
    ),
  }),
});

/** A CSIStorageCapacity (storage validation, ValidateCSIStorageCapacity). */
export const csiStorageCapacity: Rule = fields({
  storageClassName: formatted(dnsSubdomain),
  nodeTopology: labelSelector,
  capacity: notNegative,
});
