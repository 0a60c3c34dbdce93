import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddress, withoutUserinfo } from '../../../src/io/git/address.ts';

const accepted: readonly (readonly [url: string, protocol: string])[] = [
  ['https://git.example.com/shop.git', 'https'],
  ['ssh://git@git.example.com:2222/shop.git', 'ssh'],
  ['git@git.example.com:team/shop.git', 'ssh'],
  ['git.example.com:shop.git', 'ssh'],
  ['file:///srv/git/shop.git', 'file'],
  ['/srv/git/shop.git', 'file'],
  ['http://127.0.0.1:8080/shop.git', 'http'],
  ['http://localhost/shop.git', 'http'],
  ['http://[::1]:3000/shop.git', 'http'],
];

for (const [url, protocol] of accepted) {
  test(`\`${url}\` is followed by ${protocol}`, () => {
    assert.deepEqual(parseAddress(url), { url, protocol });
  });
}

const refused: readonly (readonly [url: string, code: string])[] = [
  ['https://token@git.example.com/shop.git', 'git-url-credentials'],
  ['https://me:token@git.example.com/shop.git', 'git-url-credentials'],
  ['ssh://me:token@git.example.com/shop.git', 'git-url-credentials'],
  ['http://git.example.com/shop.git', 'git-url-unencrypted'],
  ['http://127.0.0.1.example.com/shop.git', 'git-url-unencrypted'],
  ['https://a@b:token@git.example.com/shop.git', 'git-url-credentials'],
  ['me:token@git.example.com:shop.git', 'git-url-credentials'],
  ['git@-oProxyCommand=id:shop.git', 'git-url-unsupported'],
  ['https://git.example.com', 'git-url-unsupported'],
  ['ext::sh -c id', 'git-url-unsupported'],
  ['ext::id', 'git-url-unsupported'],
  ['git://git.example.com/shop.git', 'git-url-unsupported'],
  ['--upload-pack=id', 'git-url-unsupported'],
  ['ssh://-oProxyCommand=id/shop.git', 'git-url-unsupported'],
  ['-oProxyCommand=id:shop.git', 'git-url-unsupported'],
  ['https://git.example.com/shop.git\nx', 'git-url-unsupported'],
  ['shop.git', 'git-url-unsupported'],
  ['', 'git-url-unsupported'],
];

for (const [url, code] of refused) {
  test(`${JSON.stringify(url)} is refused as ${code}, without its credentials in the message`, () => {
    assert.throws(
      () => parseAddress(url),
      (thrown: { code: string; exit: number; message: string }) => {
        assert.equal(thrown.code, code);
        assert.equal(thrown.exit, 2);
        assert.ok(!thrown.message.includes('token'));
        return true;
      },
    );
  });
}

test('a path that begins with a dot starts from the base, and nowhere without one', () => {
  assert.deepEqual(parseAddress('../shop.git', { base: '/srv/project' }), { url: '/srv/shop.git', protocol: 'file' });
  assert.deepEqual(parseAddress('.', { base: '/srv/my project' }), { url: '/srv/my project', protocol: 'file' });
  assert.throws(() => parseAddress('.'), { code: 'git-url-unsupported' });
  assert.throws(() => parseAddress('.git.example.com', { base: '/srv' }), { code: 'git-url-unsupported' });
});

test('user names and passwords are taken out of every URL of a text', () => {
  assert.equal(
    withoutUserinfo("unable to access 'https://me:s3cret@a.example/x/': tried ssh://git@b.example and http://c.example/@/d"),
    "unable to access 'https://a.example/x/': tried ssh://b.example and http://c.example/@/d",
  );
});
