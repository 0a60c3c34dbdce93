import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { readSigningKey } from '../../src/compile/signatures/keys.ts';
import { judgeClaim, whyUnsigned } from '../../src/compile/signatures/verify.ts';
import { systemClock } from '../../src/io/clock.ts';
import { openRegistry } from '../../src/io/registry/registry.ts';
import type { SignatureClaim } from '../../src/model/claim.ts';
import { parseImage } from '../../src/model/image.ts';
import { pushImage } from './images.ts';
import { registryFor } from './registry.ts';
import { pushSignedByCosign, readSignedByCosign } from './signed-by-cosign.ts';

test('what Cosign itself has signed is found at a registry and verified in both forms, by its key alone and of its repository', async (t) => {
  const signed = readSignedByCosign();
  const registry = await registryFor(t);
  const { digest } = await pushImage(registry, { repository: 'shop/web', tag: '1', platforms: ['linux/amd64'] });
  assert.equal(digest, signed.digest);
  await pushSignedByCosign(registry, 'shop/web', signed);

  const image = parseImage(`${registry.host}/shop/web`);
  assert.ok(image !== undefined);
  const options = { docker: { folder: '/none', env: {} }, insecure: [], certificates: [], clock: systemClock, patience: 5_000 };
  const claims: SignatureClaim[] = [];
  for await (const claim of openRegistry(options).signatures(image, digest, new AbortController().signal)) claims.push(claim);
  assert.deepEqual(
    claims.map(({ form }) => form),
    // What it attests is a bundle, too, and no signature.
    ['simple', 'simple', 'bundle', 'bundle'],
  );

  const judge = (
    form: SignatureClaim['form'],
    pem: string,
    { repository, digest }: { readonly repository: string; readonly digest: string },
  ) => {
    const key = readSigningKey(pem, './keys/cosign.pub');
    assert.ok('key' in key);
    const signable = { repository, digest, keys: [key] };
    const judged = claims.filter((one) => one.form === form).map((claim) => judgeClaim(claim, signable));
    return judged.some(({ ok }) => ok)
      ? 'signed'
      : whyUnsigned(
          judged.filter((one) => !one.ok),
          signable,
        ).why;
  };
  const another = String(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' }));
  for (const form of ['simple', 'bundle'] as const) {
    for (const pem of [signed.keys.ecdsa, signed.keys.rsa]) {
      assert.equal(judge(form, pem, signed), 'signed', form);
      assert.match(judge(form, pem, { ...signed, digest: `sha256:${'a'.repeat(64)}` }), /has signed is another image$/);
    }
    assert.equal(judge(form, another, signed), 'none of its signatures (2) is by `./keys/cosign.pub`');
  }
  assert.match(judge('simple', signed.keys.ecdsa, { ...signed, repository: 'ghcr.io/acme/db' }), /and not as `ghcr\.io\/acme\/db`$/);
});
