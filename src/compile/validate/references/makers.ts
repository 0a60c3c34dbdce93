import { type JsonObject, listAt, objectAt, stringAt } from '../../../model/json.ts';
import { type Manifest, refOf } from '../../../model/manifest.ts';
import type { ObjectRef } from '../../../model/ref.ts';

/** An object that a controller makes of another one. */
export interface Made {
  readonly ref: ObjectRef;
  /** Its keys; undefined where nobody can tell. */
  readonly keys?: readonly string[] | undefined;
}

/** Stands for the ordinal of a pod in the name of what a StatefulSet makes for it. */
export const anyOrdinal = '*';

/** What controllers make of an object of these kinds, as their projects document it. */
const makers: ReadonlyMap<string, (manifest: Manifest) => readonly Made[]> = new Map(
  Object.entries({
    'Certificate.cert-manager.io': ofCertificate,
    'ExternalSecret.external-secrets.io': ofExternalSecret,
    'Gateway.gateway.networking.k8s.io': ofShimmedGateway,
    'Ingress.networking.k8s.io': ofShimmedIngress,
    PersistentVolume: ofVolume,
    'SealedSecret.bitnami.com': ofSealedSecret,
    'SecretProviderClass.secrets-store.csi.x-k8s.io': ofSecretProviderClass,
    'StatefulSet.apps': ofStatefulSet,
    'VaultStaticSecret.secrets.hashicorp.com': ofVaultSecret,
    'VaultDynamicSecret.secrets.hashicorp.com': ofVaultSecret,
    'VaultPKISecret.secrets.hashicorp.com': ofVaultSecret,
  }),
);

const nothing: readonly Made[] = [];

/** The objects that there will be because `manifest`, of `kind` (`Ingress.networking.k8s.io`), is there. */
export function madeOf(kind: string, manifest: Manifest): readonly Made[] {
  return makers.get(kind)?.(manifest) ?? nothing;
}

function secretNamed(manifest: Manifest, name: string | undefined, keys?: readonly string[]): readonly Made[] {
  return name === undefined || name === ''
    ? []
    : [{ ref: { group: '', kind: 'Secret', namespace: refOf(manifest).namespace, name }, keys }];
}

const certificateKeys = ['ca.crt', 'tls.crt', 'tls.key'];

/** cert-manager writes other forms of the key and the certificate beside these, when it is told to. */
function ofCertificate(manifest: Manifest): readonly Made[] {
  const spec = objectAt(manifest, 'spec');
  const isPlain = spec['keystores'] === undefined && spec['additionalOutputFormats'] === undefined;
  return secretNamed(manifest, stringAt(spec, 'secretName'), isPlain ? certificateKeys : undefined);
}

/** cert-manager makes certificates for Ingresses and Gateways with these annotations. */
const shimAnnotations = ['cert-manager.io/cluster-issuer', 'cert-manager.io/issuer', 'kubernetes.io/tls-acme'];

function isShimmed(manifest: Manifest): boolean {
  const annotations = objectAt(manifest, 'metadata', 'annotations');
  return shimAnnotations.some((name) => annotations[name] !== undefined);
}

function ofShimmedIngress(manifest: Manifest): readonly Made[] {
  if (!isShimmed(manifest)) return [];
  return listAt(manifest, 'spec', 'tls').flatMap((tls) => secretNamed(manifest, stringAt(tls, 'secretName'), certificateKeys));
}

function ofShimmedGateway(manifest: Manifest): readonly Made[] {
  if (!isShimmed(manifest)) return [];
  return listAt(manifest, 'spec', 'listeners').flatMap((listener) =>
    listAt(listener, 'tls', 'certificateRefs').flatMap((found) => secretNamed(manifest, stringAt(found, 'name'), certificateKeys)),
  );
}

/** What a template makes of the values, or what is taken whole, only the operator knows. `None` makes no Secret. */
function ofExternalSecret(manifest: Manifest): readonly Made[] {
  const spec = objectAt(manifest, 'spec');
  const target = objectAt(spec, 'target');
  if (stringAt(target, 'creationPolicy') === 'None') return [];
  const isPlain = listAt(spec, 'dataFrom').length === 0 && target['template'] === undefined;
  const keys = listAt(spec, 'data').flatMap((entry) => stringAt(entry, 'secretKey') ?? []);
  const made = secretNamed(manifest, stringAt(target, 'name') ?? manifest.metadata.name, isPlain ? keys : undefined);
  const kind = stringAt(target, 'manifest', 'kind') ?? 'Secret';
  return made.map((one) => ({ ...one, ref: { ...one.ref, kind } }));
}

/** One that encrypts everything as a whole (`data`) does not tell its keys. */
function ofSealedSecret(manifest: Manifest): readonly Made[] {
  const spec = objectAt(manifest, 'spec');
  const sealed = spec['encryptedData'] === undefined ? undefined : keysOf(spec, 'encryptedData');
  return secretNamed(manifest, manifest.metadata.name, sealed && [...sealed, ...keysOf(objectAt(spec, 'template'), 'data')]);
}

function keysOf(value: JsonObject, field: string): readonly string[] {
  return Object.keys(objectAt(value, field));
}

function ofSecretProviderClass(manifest: Manifest): readonly Made[] {
  return listAt(manifest, 'spec', 'secretObjects').flatMap((entry) => {
    const keys = listAt(entry, 'data').flatMap((item) => stringAt(item, 'key') ?? []);
    return secretNamed(manifest, stringAt(entry, 'secretName'), keys);
  });
}

function ofVaultSecret(manifest: Manifest): readonly Made[] {
  return secretNamed(manifest, stringAt(manifest, 'spec', 'destination', 'name'));
}

/** Volumes and claims find each other by the name of a class: it need not exist. */
function ofVolume(manifest: Manifest): readonly Made[] {
  const name = stringAt(manifest, 'spec', 'storageClassName') ?? '';
  return name === '' ? [] : [{ ref: { group: 'storage.k8s.io', kind: 'StorageClass', namespace: '', name } }];
}

function ofStatefulSet(manifest: Manifest): readonly Made[] {
  const { namespace, name } = refOf(manifest);
  return listAt(manifest, 'spec', 'volumeClaimTemplates').flatMap((template) => {
    const claim = stringAt(template, 'metadata', 'name');
    if (claim === undefined) return [];
    return [{ ref: { group: '', kind: 'PersistentVolumeClaim', namespace, name: `${claim}-${name}-${anyOrdinal}` } }];
  });
}
