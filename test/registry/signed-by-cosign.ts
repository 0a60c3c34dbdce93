import { readFileSync } from 'node:fs';
import { pushBlob, pushManifest, type Storage } from './images.ts';
import { digestOf } from './manifests.ts';

/**
 * What Cosign v3.1.3 left in a registry (Distribution v3) of the image that `pushImage` makes as `shop/web:1` for linux/amd64, byte for
 * byte. It was built with `go install github.com/sigstore/cosign/v3/cmd/cosign@v3.1.3`. Its keys are those of `cosign generate-key-pair`,
 * and of `openssl genrsa 2048` by `cosign import-key-pair`. With each of them, at the repository that the file names:
 *
 *     cosign sign --key … --use-signing-config=false --tlog-upload=false --new-bundle-format=false --allow-http-registry …
 *     cosign sign --key … --signing-config none.json --allow-http-registry …
 *
 * where `none.json` is `{"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json"}`; and once, by the first key, beside them
 * `cosign attest --type custom --predicate …` with `{"a":1}`.
 */
export interface SignedByCosign {
  readonly repository: string;
  readonly digest: string;
  /** Public keys, in PEM. */
  readonly keys: { readonly ecdsa: string; readonly rsa: string };
  readonly manifests: readonly { readonly reference: string; readonly mediaType: string; readonly text: string }[];
  readonly blobs: readonly string[];
}

/** Reads what Cosign has signed. */
export function readSignedByCosign(): SignedByCosign {
  return JSON.parse(readFileSync(new URL('signed-by-cosign.json', import.meta.url), 'utf8'));
}

/** Pushes all that Cosign has pushed. */
export async function pushSignedByCosign(storage: Storage, repository: string, { manifests, blobs }: SignedByCosign): Promise<void> {
  for (const text of blobs) {
    const bytes = Buffer.from(text);
    await pushBlob(storage, repository, { mediaType: 'application/octet-stream', digest: digestOf(bytes), bytes });
  }
  for (const { reference, mediaType, text } of manifests) {
    const bytes = Buffer.from(text);
    await pushManifest(storage, { repository, reference }, { mediaType, digest: digestOf(bytes), bytes });
  }
}
