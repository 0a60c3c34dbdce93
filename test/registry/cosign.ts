import { type KeyObject, sign } from 'node:crypto';
import { pushBlob, pushManifest, type Storage } from './images.ts';
import { digestOf, ociTypes, type Stored } from './manifests.ts';

/** What is signed, and what the signature says, which is the truth unless told. */
export interface Signing {
  readonly repository: string;
  readonly digest: string;
  readonly key: KeyObject;
  /** The hash; that of Cosign unless told. */
  readonly hash?: string | null;
  /** What the payload names: `registry/repository`. */
  readonly reference: string;
  /** Says another thing than it should. */
  readonly says?: { readonly digest?: string; readonly type?: string };
}

/** Pushes signatures of a digest under their tag (sigstore/cosign, specs/SIGNATURE_SPEC.md): one layer for each, the payload. */
export async function pushSignatures(storage: Storage, repository: string, digest: string, signings: readonly Signing[]): Promise<void> {
  const layers = signings.map((signing) => {
    const { says = {} } = signing;
    const payload = Buffer.from(
      JSON.stringify({
        critical: {
          identity: { 'docker-reference': signing.reference },
          image: { 'docker-manifest-digest': says.digest ?? signing.digest },
          type: says.type ?? 'cosign container image signature',
        },
        optional: null,
      }),
    );
    const annotations = { 'dev.cosignproject.cosign/signature': signatureOf(payload, signing) };
    return { layer: storedAs('application/vnd.dev.cosign.simplesigning.v1+json', payload), annotations };
  });
  const rootfs = { type: 'layers', diff_ids: layers.map(({ layer }) => layer.digest) };
  const config = storedAs(ociTypes.config, Buffer.from(JSON.stringify({ architecture: '', os: '', config: {}, rootfs })));
  for (const blob of [config, ...layers.map(({ layer }) => layer)]) await pushBlob(storage, repository, blob);
  await pushManifest(
    storage,
    { repository, reference: `${digest.replace(':', '-')}.sig` },
    manifestOf({ config: descriptorOf(config), layers: layers.map(({ layer, annotations }) => ({ ...descriptorOf(layer), annotations })) }),
  );
}

/** What a bundle says, which is the truth unless told. */
export interface Bundling extends Pick<Signing, 'repository' | 'digest' | 'key' | 'hash'> {
  readonly says?: { readonly digest?: string; readonly predicateType?: string; readonly payloadType?: string };
}

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';

/**
 * Pushes a Sigstore bundle that refers to a digest, as `cosign sign` has them since its version 3: a statement in an envelope. The index
 * under the tag of the digest is what lists it where a registry does not (OCI distribution specification, "Referrers Tag Schema").
 */
export async function pushBundle(storage: Storage, { repository, digest, key, hash, says = {} }: Bundling): Promise<Stored> {
  const { predicateType = 'https://sigstore.dev/cosign/sign/v1', payloadType = 'application/vnd.in-toto+json' } = says;
  const subject = [{ digest: { sha256: (says.digest ?? digest).replace('sha256:', '') } }];
  const payload = Buffer.from(JSON.stringify({ _type: 'https://in-toto.io/Statement/v1', subject, predicateType, predicate: {} }));
  const sealed = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${payload.length} `), payload]);
  const bundle = {
    mediaType: bundleType,
    verificationMaterial: { publicKey: { hint: '' }, tlogEntries: [] },
    dsseEnvelope: { payload: payload.toString('base64'), payloadType, signatures: [{ sig: signatureOf(sealed, { key, hash }) }] },
  };
  const layer = storedAs(bundleType, Buffer.from(JSON.stringify(bundle)));
  const config = storedAs('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
  for (const blob of [config, layer]) await pushBlob(storage, repository, blob);
  const annotations = { 'dev.sigstore.bundle.content': 'dsse-envelope', 'dev.sigstore.bundle.predicateType': predicateType };
  const about = { subject: { mediaType: ociTypes.index, digest, size: 1 }, artifactType: bundleType, annotations };
  const manifest = manifestOf({ ...about, config: descriptorOf(config), layers: [descriptorOf(layer)] });
  await pushManifest(storage, { repository, reference: manifest.digest }, manifest);
  const listed = { schemaVersion: 2, mediaType: ociTypes.index, manifests: [{ ...descriptorOf(manifest), artifactType: bundleType }] };
  const index = storedAs(ociTypes.index, Buffer.from(JSON.stringify(listed)));
  await pushManifest(storage, { repository, reference: digest.replace(':', '-') }, index);
  return index;
}

function signatureOf(
  bytes: Buffer,
  {
    key,
    hash = key.asymmetricKeyType === 'ed25519' ? null : 'sha256',
  }: { readonly key: KeyObject; readonly hash?: string | null | undefined },
): string {
  return sign(hash, bytes, key).toString('base64');
}

function manifestOf(said: object): Stored {
  return storedAs(ociTypes.manifest, Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociTypes.manifest, ...said })));
}

function storedAs(mediaType: string, bytes: Buffer): Stored {
  return { mediaType, digest: digestOf(bytes), bytes };
}

function descriptorOf({ mediaType, digest, bytes }: Stored) {
  return { mediaType, digest, size: bytes.length };
}

/** What a lock notes of a public key that has signed a digest of `repository`: a hash of all three, the key by its SubjectPublicKeyInfo. */
export function noteOf(key: KeyObject, repository: string, digest: string): string {
  const fingerprint = digestOf(key.export({ type: 'spki', format: 'der' }));
  return digestOf(Buffer.from(`${fingerprint} ${repository}@${digest}`));
}
