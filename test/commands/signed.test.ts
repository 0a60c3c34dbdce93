import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeSshKey, type SshKey, signBySsh } from '../support/keys.ts';
import { chart, environment, makeShop, publish, type Shop } from '../support/shop.ts';

/** A project whose environment says who may sign, and two keys of which it names one. */
function signedShop(t: TestContext): { readonly shop: Shop; readonly ada: SshKey; readonly eve: SshKey } {
  const shop = makeShop(t);
  const [ada, eve] = [makeSshKey(t), makeSshKey(t)];
  shop.commit(
    {
      'environments/prod.ts': environment.replace("cluster: 'c'", "cluster: 'c', rendered: { signedBy: 'signers' }"),
      signers: `ada@example.com ${ada.publicKey}\n`,
    },
    'Say who may sign',
  );
  signBySsh(shop, ada.path);
  return { shop, ada, eve };
}

test('who may sign is told by the project, and verified without being asked for', async (t) => {
  const { shop, eve } = signedShop(t);
  await publish(shop, '--direct');
  const good = await shop.verify('prod');
  assert.deepEqual([good.exit, good.commits[0]?.signed?.isTrusted], [0, true]);
  shop.commit({ 'chart.ts': chart('two') }, 'Say two');
  shop.git('config', 'user.signingKey', eve.path);
  const commit = await publish(shop, '--direct');
  const bad = await shop.verify('prod');
  assert.deepEqual([bad.exit, bad.commits[0]?.verdict, bad.commits[0]?.signed?.isTrusted], [4, 'proven', false]);
  // It is the project that is checked out that says so, whatever the commit is rendered from: one that names another file, or nobody.
  shop.commit({ signers: `eve@example.com ${eve.publicKey}\n` }, 'Let Eve sign');
  assert.equal((await shop.verify(commit)).exit, 0);
  shop.commit({ 'environments/prod.ts': environment }, 'Let anybody sign');
  assert.deepEqual((await shop.verify(commit)).commits[0]?.signed, undefined);
});

test('a project that does not load is no reason to ask nobody', async (t) => {
  const { shop } = signedShop(t);
  const commit = await publish(shop, '--direct');
  writeFileSync(join(shop.folder, 'environments/prod.ts'), 'export default undefined.what;\n');
  const { exit, said } = await shop.run('verify', commit);
  assert.equal(exit, 2);
  assert.match(said, /error\[signers-unknown\]: it is not known who may sign for `prod`/);
  assert.equal((await shop.run('verify', commit, '--signed-by', 'signers')).exit, 0);
});

test('a proposal comes into force only when somebody signed it who may', async (t) => {
  const { shop, eve } = signedShop(t);
  await publish(shop, '--direct');
  shop.commit({ 'chart.ts': chart('two') }, 'Say two');
  const before = shop.git('rev-parse', 'environments/prod');
  for (const how of ['--no-sign', '--sign']) {
    if (how === '--sign') shop.git('config', 'user.signingKey', eve.path);
    shop.commit({ 'chart.ts': chart(how) }, 'Say more');
    await publish(shop, how);
    const { exit, said } = await shop.run('merge', 'prod');
    assert.equal(exit, 4, said);
    assert.match(said, /error\[rendered-untrusted\]: `environments\/prod-next` is not signed by anybody whom `signers` names/);
    assert.equal(shop.git('rev-parse', 'environments/prod'), before);
  }
  const other = join(shop.folder, '..', 'others');
  writeFileSync(other, `eve@example.com ${eve.publicKey}\n`);
  t.after(() => rmSync(other));
  assert.equal((await shop.run('merge', 'prod', '--signed-by', other)).exit, 0);
});

test('a file of signers that is not there, or names nobody, is told by a check', async (t) => {
  const { shop } = signedShop(t);
  assert.equal((await shop.run('check')).exit, 0);
  shop.write('signers', '# nobody\n');
  const nobody = await shop.run('check');
  assert.equal(nobody.exit, 2);
  assert.match(nobody.said, /error\[signers-invalid\]: the file `signers` names nobody who may sign\n {2}at prod · rendered\.signedBy/);
  rmSync(join(shop.folder, 'signers'));
  assert.match((await shop.run('check')).said, /error\[signers-invalid\]: the file `signers` of those who may sign cannot be read/);
});
