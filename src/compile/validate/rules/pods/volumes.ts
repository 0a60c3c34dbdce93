import { objectAt } from '../../../../model/json.ts';
import { dnsLabel, dnsSubdomain } from '../../../../schema/formats.ts';
import { atMostOne, between, filled, forbidden, formatted, formattedIfAny, invalid, missing, named, required, text } from '../checks.ts';
import { claimTemplateSpec } from '../claims.ts';
import { isGivenInTemplate, labelsAndAnnotations } from '../metadata.ts';
import { textOr } from '../ports.ts';
import { notNegative } from '../resources.ts';
import { all, each, fields, fine, isSet, object, type Rule, when } from '../rule.ts';
import { azureDisk, driverName, fibreChannel, flexOptions, flocker, iqn, partition, quobyte } from '../volumes.ts';
import { fileMode } from './env.ts';
import { downwardFile, keyToFile, projection } from './files.ts';
import { noStepsBack, pathBelow } from './paths.ts';

const iscsi: Rule = all(
  fields({ targetPortal: filled, iqn: named(iqn), lun: between(0, 255), initiatorName: formatted(iqn) }),
  when((value) => value['chapAuthDiscovery'] === true || value['chapAuthSession'] === true, required('secretRef')),
);

/** A claim that is made for the pod: its template has no identity of its own (core validation, ValidateTemplateObjectMeta). */
const claimTemplate: Rule = all(
  object((template, path) => (isSet(template['spec']) ? fine : [missing([...path, 'spec'])])),
  fields({
    metadata: all(
      labelsAndAnnotations,
      object((metadata, path) =>
        Object.keys(metadata)
          .filter((key) => !['labels', 'annotations'].includes(key) && isGivenInTemplate(key, metadata[key]))
          .map((key) => forbidden([...path, key], 'a template of a claim has `labels` and `annotations` only')),
      ),
    ),
    spec: claimTemplateSpec,
  }),
);

const secretName = required('name');

/** What each source of a volume demands, by its field (core validation, validateVolumeSource). */
const sources: Readonly<Record<string, Rule>> = {
  emptyDir: fields({ sizeLimit: notNegative }),
  hostPath: fields({ path: all(filled, noStepsBack) }),
  gitRepo: fields({ repository: filled, directory: pathBelow }),
  gcePersistentDisk: all(partition, fields({ pdName: filled })),
  awsElasticBlockStore: all(partition, fields({ volumeID: filled })),
  secret: all(required('secretName'), fields({ defaultMode: fileMode, items: each(keyToFile) })),
  configMap: all(required('name'), fields({ defaultMode: fileMode, items: each(keyToFile) })),
  downwardAPI: fields({ defaultMode: fileMode, items: each(downwardFile) }),
  projected: fields({ defaultMode: fileMode, sources: projection }),
  persistentVolumeClaim: fields({ claimName: filled }),
  ephemeral: all(required('volumeClaimTemplate'), fields({ volumeClaimTemplate: claimTemplate })),
  csi: fields({
    driver: named(driverName),
    nodePublishSecretRef: all(secretName, fields({ name: formattedIfAny(dnsSubdomain) })),
  }),
  // Only a pod, not a template of one, needs the `reference`, since something else may set it in between.
  image: () => fine,
  nfs: fields({
    server: filled,
    path: all(
      filled,
      text((value) => (value.startsWith('/') ? undefined : 'it begins with `/`')),
    ),
  }),
  iscsi,
  fc: fibreChannel,
  flexVolume: fields({ driver: filled, options: flexOptions }),
  flocker,
  glusterfs: fields({ endpoints: filled, path: filled }),
  rbd: fields({ monitors: filled, image: filled }),
  quobyte,
  cephfs: fields({ monitors: filled }),
  cinder: fields({ volumeID: filled, secretRef: secretName }),
  azureDisk,
  azureFile: fields({ secretName: filled, shareName: filled }),
  vsphereVolume: fields({ volumePath: filled }),
  photonPersistentDisk: fields({ pdID: filled }),
  portworxVolume: fields({ volumeID: filled }),
  scaleIO: all(required('volumeName'), fields({ gateway: filled, system: filled })),
  storageos: all(
    required('volumeName'),
    fields({ volumeName: formattedIfAny(dnsLabel), volumeNamespace: formattedIfAny(dnsLabel), secretRef: secretName }),
  ),
};

/** How long the names of a volume and of its portal may be where iSCSI uses both. */
const iscsiNames: Rule = object((volume, path) => {
  const { initiatorName, targetPortal } = objectAt(volume, 'iscsi');
  const name = textOr(volume['name'], '');
  if (!isSet(initiatorName) || `${name}:${textOr(targetPortal, '')}`.length <= 64) return fine;
  return [invalid([...path, 'name'], name, 'with the `targetPortal` it has at most 63 characters')];
});

/** A volume of a pod: one without a source is an `emptyDir` (core validation, ValidateVolumes). */
export const volume: Rule = all(fields({ name: named(dnsLabel), ...sources }), atMostOne(...Object.keys(sources)), iscsiNames);
