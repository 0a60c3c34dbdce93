import { objectAt } from '../../../model/json.ts';
import { dnsLabel, dnsSubdomain, type TextFormat } from '../../../schema/formats.ts';
import { atMostOne, between, filled, formatted, formattedIfAny, invalid, missing, named, required, text } from './checks.ts';
import { accessModes } from './claims.ts';
import { nodeSelector } from './nodeselector.ts';
import { textOr } from './ports.ts';
import { positive } from './resources.ts';
import { all, fields, fine, isFilled, isSet, object, type Rule, when } from './rule.ts';
import { specOf } from './spec.ts';

/** A file path without a part `..`. */
const noStepsBack: Rule = text((value) => (value.split('/').includes('..') ? 'it may not have a part `..`' : undefined));

/** The names of a volume and of who asks for it, as iSCSI has them (RFC 3721). */
export const iqn: TextFormat = {
  test: /^(?:iqn(?:.*iqn)?\.[0-9]{4}-[0-9]{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+|eui.[A-Za-z0-9]{16}|naa.[A-Za-z0-9]{32})$/,
  what: 'is a name as `iqn.2001-04.com.example:storage.disk1`, `eui.…` or `naa.…`',
};

/** The name of a CSI driver. */
export const driverName: TextFormat = {
  test: /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/,
  max: 63,
  what: 'may hold letters, digits, `-` and `.`, with a letter or a digit at both ends',
};

export const partition = fields({ partition: between(0, 255) });

const secretOfDriver: Rule = all(
  required('name', 'namespace'),
  fields({ name: formattedIfAny(dnsSubdomain), namespace: formattedIfAny(dnsLabel) }),
);

const iscsi: Rule = all(
  fields({ targetPortal: filled, iqn: named(iqn), lun: between(0, 255), initiatorName: formatted(iqn), secretRef: required('name') }),
  when((value) => value['chapAuthDiscovery'] === true || value['chapAuthSession'] === true, required('secretRef')),
);

export const fibreChannel: Rule = object((value, path) => {
  const [names, ids] = [isFilled(value['targetWWNs']), isFilled(value['wwids'])];
  if (names === ids)
    return names ? atMostOne('targetWWNs', 'wwids')(value, path) : [missing([...path, 'targetWWNs'], 'it has `targetWWNs` or `wwids`')];
  return names ? all(required('lun'), fields({ lun: between(0, 255) }))(value, path) : fine;
});

/** Options of the kubelet itself. */
export const flexOptions: Rule = object((options, path) =>
  Object.keys(options)
    .filter((key) => /(?:^|\.)(?:kubernetes|k8s)\.io$/i.test(key.split('/')[0] ?? ''))
    .map((key) => invalid([...path, key], key, 'the domains `kubernetes.io` and `k8s.io` are reserved')),
);

export const azureDisk: Rule = all(
  fields({ diskName: filled, diskURI: filled }),
  object((value, path) => {
    // The kind is `Shared` where none is given.
    const start = value['kind'] === 'Managed' ? '/subscriptions/' : 'https://';
    const uri = value['diskURI'];
    return typeof uri !== 'string' || uri === '' || uri.startsWith(start)
      ? fine
      : [invalid([...path, 'diskURI'], uri, `the one of such a disk begins with \`${start}\``)];
  }),
);

export const quobyte: Rule = fields({
  registry: all(
    filled,
    text((value) =>
      value === '' || value.split(',').every((part) => /^(?:[^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/.test(part))
        ? undefined
        : 'it is pairs of host and port, with commas between them',
    ),
  ),
  tenant: text((value) => (value.length > 64 ? 'it has at most 64 characters' : undefined)),
  volume: filled,
});

export const flocker: Rule = all(
  atMostOne('datasetName', 'datasetUUID'),
  object((value, path) =>
    ['datasetName', 'datasetUUID'].some((key) => isFilled(value[key])) ? fine : [missing([...path, 'datasetUUID'])],
  ),
  fields({ datasetName: text((value) => (value.includes('/') ? 'it may not have a `/`' : undefined)) }),
);

const secretReference: Rule = required('name', 'namespace');

/** What each source of a PersistentVolume demands, by its field. */
const sources: Readonly<Record<string, Rule>> = {
  hostPath: fields({ path: all(filled, noStepsBack) }),
  gcePersistentDisk: all(partition, fields({ pdName: filled })),
  awsElasticBlockStore: all(partition, fields({ volumeID: filled })),
  glusterfs: fields({ endpoints: filled, path: filled, endpointsNamespace: formatted(dnsLabel) }),
  flocker,
  nfs: fields({ server: filled, path: text((value) => (value.startsWith('/') ? undefined : 'it begins with `/`')) }),
  rbd: fields({ monitors: filled, image: filled }),
  quobyte,
  cephfs: fields({ monitors: filled }),
  iscsi,
  cinder: fields({ volumeID: filled, secretRef: secretReference }),
  fc: fibreChannel,
  flexVolume: fields({ driver: filled, options: flexOptions }),
  azureFile: fields({ secretName: filled, shareName: filled, secretNamespace: filled }),
  vsphereVolume: fields({ volumePath: filled }),
  photonPersistentDisk: fields({ pdID: filled }),
  portworxVolume: fields({ volumeID: filled }),
  azureDisk,
  scaleIO: all(required('volumeName'), fields({ gateway: filled, system: filled })),
  local: fields({ path: all(filled, noStepsBack) }),
  storageos: all(
    required('volumeName'),
    fields({ volumeName: formattedIfAny(dnsLabel), volumeNamespace: formattedIfAny(dnsLabel), secretRef: secretReference }),
  ),
  csi: fields({
    driver: named(driverName),
    volumeHandle: filled,
    controllerPublishSecretRef: secretOfDriver,
    controllerExpandSecretRef: secretOfDriver,
    nodePublishSecretRef: secretOfDriver,
    nodeExpandSecretRef: secretOfDriver,
  }),
};

const names = Object.keys(sources);

const source: Rule = all(
  atMostOne(...names),
  object((spec, path) =>
    names.some((name) => isSet(spec[name])) ? fine : [missing(path, 'it has one source, as `csi`, `nfs` or `hostPath`')],
  ),
  fields(sources),
);

const capacity: Rule = object((spec, path) => {
  const given = objectAt(spec, 'capacity');
  const others = Object.keys(given).filter((name) => name !== 'storage');
  return [
    ...(isSet(given['storage']) ? fine : [missing([...path, 'capacity', 'storage'])]),
    ...others.map((name) => invalid([...path, 'capacity', name], name, 'a volume has the capacity `storage` only')),
  ];
});

/** What goes with some sources only. */
const bySource: Rule = object((spec, path) => {
  const isWholeNode = /^\/*(?:\.\/*)*$/.test(textOr(objectAt(spec, 'hostPath')['path'], 'x'));
  return [
    ...(isSet(spec['local']) && !isSet(spec['nodeAffinity'])
      ? [missing([...path, 'nodeAffinity'], 'a `local` volume is on some nodes only')]
      : fine),
    ...(isSet(spec['volumeAttributesClassName']) && !isSet(spec['csi'])
      ? [invalid([...path, 'volumeAttributesClassName'], spec['volumeAttributesClassName'], 'only a `csi` volume has one')]
      : fine),
    ...(isWholeNode && spec['persistentVolumeReclaimPolicy'] === 'Recycle'
      ? [invalid([...path, 'persistentVolumeReclaimPolicy'], 'Recycle', 'a `hostPath` of `/` is never wiped')]
      : fine),
  ];
});

/** Sources that take mount options (pkg/volume/validation, checkMountOption); the annotation is refused for others. */
const withMountOptions = [
  'gcePersistentDisk',
  'awsElasticBlockStore',
  'glusterfs',
  'nfs',
  'rbd',
  'quobyte',
  'iscsi',
  'cinder',
  'cephfs',
  'azureFile',
  'vsphereVolume',
  'azureDisk',
  'photonPersistentDisk',
];

const mountKey = 'volume.beta.kubernetes.io/mount-options';

const mountOptions: Rule = object((volume, path) => {
  const given = objectAt(volume, 'metadata', 'annotations')[mountKey];
  if (typeof given !== 'string' || withMountOptions.some((name) => isSet(objectAt(volume, 'spec')[name]))) return fine;
  return [invalid([...path, 'metadata', 'annotations', mountKey], given, 'a volume of this source takes no mount options')];
});

/** How long the names of a volume and of its portal may be where iSCSI uses both. */
const iscsiNames: Rule = object((volume, path) => {
  const { initiatorName, targetPortal } = objectAt(volume, 'spec', 'iscsi');
  const length = `${textOr(objectAt(volume, 'metadata')['name'], '')}:${textOr(targetPortal, '')}`.length;
  if (!isSet(initiatorName) || typeof targetPortal !== 'string' || length <= 64) return fine;
  return [invalid([...path, 'spec', 'iscsi', 'targetPortal'], targetPortal, 'with the name of the volume it has at most 63 characters')];
});

/** A PersistentVolume (core validation, ValidatePersistentVolumeSpec). */
export const persistentVolume: Rule = all(
  mountOptions,
  iscsiNames,
  specOf(
    all(
      required('accessModes'),
      source,
      capacity,
      bySource,
      fields({
        accessModes,
        capacity: fields({ storage: positive }),
        nodeAffinity: all(required('required'), fields({ required: nodeSelector })),
        storageClassName: formattedIfAny(dnsSubdomain),
        volumeAttributesClassName: named(dnsSubdomain),
      }),
    ),
  ),
);
