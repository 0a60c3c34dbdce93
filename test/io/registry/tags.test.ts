import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../../src/io/clock.ts';
import { openRegistry } from '../../../src/io/registry/registry.ts';
import { Failure } from '../../../src/model/failure.ts';
import { parseImage } from '../../../src/model/image.ts';
import { openFaultyRegistry } from '../../registry/faulty-registry.ts';
import { pushImage, tagAgain } from '../../registry/images.ts';
import { listen } from '../../registry/listen.ts';
import { registryFor } from '../../registry/registry.ts';

function tagsOf(image: string): Promise<readonly string[]> {
  const registry = openRegistry({
    docker: { folder: '/none', env: {} },
    insecure: [],
    certificates: [],
    clock: { ...systemClock, sleep: async () => {} },
    patience: 5_000,
  });
  const reference = parseImage(image);
  assert.ok(reference !== undefined);
  return registry.tags(reference, new AbortController().signal);
}

async function failureOf(finding: Promise<unknown>): Promise<Failure> {
  const thrown = await finding.then(
    () => assert.fail('there were tags'),
    (failure: unknown) => failure,
  );
  assert.ok(thrown instanceof Failure, String(thrown));
  return thrown;
}

/** A registry with two tags on a page, and an image with five. */
async function paging(t: TestContext) {
  const registry = await registryFor(t, { maxTags: 2 });
  const tags = ['1.0.0', '1.1.0', '2.0.0', 'latest', 'v1'];
  const { digest } = await pushImage(registry, { repository: 'shop/web', tag: tags[0] ?? '', platforms: ['linux/amd64'] });
  for (const tag of tags.slice(1)) await tagAgain(registry, { repository: 'shop/web', tag, digest });
  const faulty = await openFaultyRegistry(registry);
  t.after(() => faulty.close());
  return { tags, image: `${faulty.host}/shop/web:1.0.0`, faulty };
}

test('all tags are listed, page by page', async (t) => {
  const { tags, image, faulty } = await paging(t);
  assert.deepEqual(await tagsOf(image), tags);
  assert.deepEqual(
    faulty.requests.map(({ path }) => path),
    ['?n=1000', '?last=1.1.0&n=2', '?last=latest&n=2'].map((query) => `/v2/shop/web/tags/list${query}`),
  );
});

test('a page that is not there for a moment is asked for again', async (t) => {
  const { tags, image, faulty } = await paging(t);
  faulty.become({ type: 'answer', status: 503, times: 1, on: /last=1\.1\.0/ });
  assert.deepEqual(await tagsOf(image), tags);
});

test('there is no such repository', async (t) => {
  const { faulty } = await paging(t);
  const failure = await failureOf(tagsOf(`${faulty.host}/none/web:1`));
  assert.deepEqual([failure.code, failure.exit, failure.message], ['image-unknown', 2, `there is no \`${faulty.host}/none/web\``]);
});

/** What a server says of tags that answers every request with the same. */
async function told(t: TestContext, body: string, headers: Readonly<Record<string, string>> = {}) {
  let asked = 0;
  const server = await listen((_, response) => {
    asked++;
    response.writeHead(200, headers).end(body);
  });
  t.after(() => server.close());
  return { image: `${new URL(server.url).host}/shop/web:1`, count: () => asked };
}

test('what is no tag is left out', async (t) => {
  const tags = ['1', '../x', 7, null, '', 'a b', '-a', 'x'.repeat(129), '1'];
  assert.deepEqual(await tagsOf((await told(t, JSON.stringify({ name: 'shop/web', tags }))).image), ['1']);
  assert.deepEqual(await tagsOf((await told(t, '{"tags":null}')).image), []);
});

const damaged: readonly (readonly [title: string, body: string, headers: Readonly<Record<string, string>>, message: RegExp])[] = [
  ['that is no object', '[]', {}, /the list of tags of `shop\/web` is no JSON object$/],
  ['without end', '{"tags":["1"]}', { link: '</v2/shop/web/tags/list?last=1>; rel="next"' }, /has no end$/],
  [
    'with too many tags',
    JSON.stringify({ tags: Array.from({ length: 200_001 }, (_, i) => `t${i}`) }),
    {},
    /`shop\/web` has more than 200000 tags$/,
  ],
  ['that is too long', JSON.stringify({ tags: ['x'.repeat(9 * 1024 * 1024)] }), {}, /has more than 8388608 bytes$/],
];
for (const [title, body, headers, message] of damaged) {
  test(`a list ${title} is told as that`, async (t) => {
    const failure = await failureOf(tagsOf((await told(t, body, headers)).image));
    assert.equal(failure.code, 'registry-damaged');
    assert.match(failure.message, message);
  });
}

test('the next page is asked for at the same registry, wherever it is said to be', async (t) => {
  const stranger = await told(t, '{"tags":["stranger"]}');
  const link = `<http://${stranger.image.split('/')[0]}/v2/other/tags/list?last=2&n=1>; rel="next"`;
  const seen: string[] = [];
  const server = await listen((asked, response) => {
    seen.push(asked.url ?? '');
    response.writeHead(200, seen.length === 1 ? { link } : {}).end(`{"tags":["t${seen.length}"]}`);
  });
  t.after(() => server.close());
  assert.deepEqual(await tagsOf(`${new URL(server.url).host}/shop/web:1`), ['t1', 't2']);
  assert.deepEqual(seen, ['/v2/shop/web/tags/list?n=1000', '/v2/shop/web/tags/list?last=2&n=1']);
  assert.equal(stranger.count(), 0);
});

test('links that lead nowhere end the list', async (t) => {
  for (const link of [
    '<>; rel="next"',
    '</v2/shop/web/tags/list?last=1>; rel="prev"',
    'nonsense',
    '</x>; rel="next"',
    `<${'a'.repeat(9_000)}`,
  ])
    assert.deepEqual(await tagsOf((await told(t, '{"tags":["1"]}', { link })).image), ['1'], link.slice(0, 40));
});
