import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { openTransport } from '../../../src/io/kube/transport.ts';
import { watchObjects } from '../../../src/io/kube/watch.ts';
import { stringAt } from '../../../src/model/json.ts';
import type { WatchEvent, WatchOptions } from '../../../src/ports.ts';
import { type HandClock, handClock, settled } from '../../support/clock.ts';
import { configFor, json, type SeenRequest, type StubServer, status, stubServer, until } from './server.ts';

const options: WatchOptions = {
  resource: { group: 'apps', version: 'v1', kind: 'Deployment', plural: 'deployments', namespaced: true, status: true },
  namespace: 'shop',
  selector: 'part=a',
  metadataOnly: false,
};

/** Answers to lists and to watches, each in the order of the requests; the last is repeated. */
interface Script {
  readonly lists?: readonly Answering[];
  readonly watches?: readonly Answering[];
}
type Answering = (response: ServerResponse, request: SeenRequest) => void;

interface Scene {
  readonly server: StubServer;
  readonly clock: HandClock;
  /** What came so far. */
  readonly events: readonly string[];
  readonly objects: readonly unknown[];
  /** Waits until the events end like this. */
  came(...descriptions: readonly string[]): Promise<void>;
  /** Waits until so many sleep: backing off, or waiting for bytes. */
  asleep(sleepers: number): Promise<void>;
  /** Ends the watch, and waits until its reader is told. */
  end(): Promise<void>;
  watches(): readonly SeenRequest[];
  lists(): readonly SeenRequest[];
}

function scene(script: Script, run: (scene: Scene) => Promise<void>, watching: WatchOptions = options): () => Promise<void> {
  return async () => {
    const isWatch = (request: SeenRequest): boolean => request.query.has('watch');
    const counts = { lists: 0, watches: 0 };
    const server = await stubServer((request, response) => {
      const kind = isWatch(request) ? 'watches' : 'lists';
      const answers = script[kind] ?? [kind === 'lists' ? list(['web']) : hold];
      answers[Math.min(counts[kind]++, answers.length - 1)]?.(response, request);
    });
    const clock = handClock();
    const transport = openTransport({ config: configFor(server.url), clock });
    const ending = new AbortController();
    const events: string[] = [];
    const objects: unknown[] = [];
    const reading = (async () => {
      for await (const event of watchObjects({ transport, clock }, watching, ending.signal)) {
        events.push(describe(event));
        if ('object' in event) objects.push(event.object);
      }
    })();
    try {
      await run({
        server,
        clock,
        events,
        objects,
        came: (...expected) => until(() => events.slice(-expected.length).join() === expected.join()),
        asleep: (sleepers) => until(() => clock.sleepers === sleepers),
        async end() {
          ending.abort();
          await reading;
        },
        watches: () => server.requests.filter(isWatch),
        lists: () => server.requests.filter((request) => !isWatch(request)),
      });
    } finally {
      ending.abort();
      await reading;
      await transport.close();
      await server.close();
    }
  };
}

function describe(event: WatchEvent): string {
  if ('object' in event) return `${event.type} ${event.object.metadata.name}@${event.object.metadata.resourceVersion}`;
  if (event.type !== 'lost') return event.type;
  return `lost: ${event.message}${event.isForbidden ? ' (a right is missing)' : ''}`;
}

function object(name: string, resourceVersion: number): object {
  return {
    metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: `${resourceVersion}` },
    spec: { future: ['ä', null] },
  };
}

function list(names: readonly string[], resourceVersion = 100, next?: string): Answering {
  const items = names.map((name, i) => object(name, i + 1));
  return (response) =>
    json(response, {
      kind: 'DeploymentList',
      metadata: { resourceVersion: `${resourceVersion}`, ...(next ? { continue: next } : {}) },
      items,
    });
}

function line(type: string, object: unknown): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** A watch that says `lines` and stays open. */
function saying(...lines: readonly string[]): Answering {
  return (response) => void response.writeHead(200, { 'content-type': 'application/json' }).write(lines.join(''));
}

/** A watch that says nothing and stays open. */
const hold: Answering = (response) => void response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders();

/** A watch that says `lines` and ends as a server ends it after its time. */
function ending(...lines: readonly string[]): Answering {
  return (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(lines.join(''));
}

/** A watch that says `text` and whose connection then breaks. */
function breaking(text: string): Answering {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).write(text, () => setTimeout(() => response.destroy(), 20));
  };
}

function refusing(code: number, message: string): Answering {
  return (response) => status(response, code, message);
}

const first = ['listing', 'present web@1', 'listed'];

test(
  'a watch lists and then watches from there, with its selector, for five to ten minutes, with bookmarks',
  scene({ watches: [saying(line('ADDED', object('api', 101)))] }, async ({ came, events, lists, watches }) => {
    await came(...first, 'present api@101');
    assert.equal(events.length, 4);
    assert.equal(lists()[0]?.path, '/apis/apps/v1/namespaces/shop/deployments');
    assert.deepEqual(Object.fromEntries(lists()[0]?.query ?? []), { labelSelector: 'part=a', limit: '500' });
    assert.equal(lists()[0]?.headers['accept-encoding'], 'gzip');
    assert.deepEqual(Object.fromEntries(watches()[0]?.query ?? []), {
      labelSelector: 'part=a',
      watch: '1',
      resourceVersion: '100',
      allowWatchBookmarks: 'true',
      timeoutSeconds: '450',
    });
    assert.equal(watches()[0]?.headers['accept-encoding'], undefined);
  }),
);

test(
  'objects get the kind that lists leave out, and lose nothing',
  scene({ watches: [saying(line('MODIFIED', { kind: 'Deployment', apiVersion: 'apps/v1', ...object('web', 102) }))] }, async (at) => {
    await at.came('present web@102');
    for (const [i, found] of at.objects.entries()) {
      assert.deepEqual(found, { apiVersion: 'apps/v1', kind: 'Deployment', ...object('web', i === 0 ? 1 : 102) });
    }
  }),
);

test(
  'only metadata is asked for where that is enough',
  scene(
    { watches: [saying(line('ADDED', { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', ...object('api', 101) }))] },
    async ({ came, objects, lists, watches }) => {
      await came('present api@101');
      assert.equal(lists()[0]?.headers.accept, 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json');
      assert.equal(watches()[0]?.headers.accept, 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json');
      assert.deepEqual(
        objects.map((found) => stringAt(found as never, 'kind')),
        ['Deployment', 'Deployment'],
      );
    },
    { ...options, metadataOnly: true, selector: '', namespace: '' },
  ),
);

test(
  'a long list comes in pages',
  scene({ lists: [list(['a', 'b'], 100, 'more='), list(['c'], 100)] }, async ({ came, lists }) => {
    await came('listing', 'present a@1', 'present b@2', 'present c@1', 'listed');
    assert.equal(lists()[1]?.query.get('continue'), 'more=');
    assert.equal(lists().length, 2);
  }),
);

test(
  'a list whose next page is too old is begun anew at once',
  scene({ lists: [list(['a'], 100, 'old'), refusing(410, 'The provided continue parameter is too old'), list(['b'], 200)] }, async (at) => {
    await at.came('listing', 'present b@1', 'listed');
    assert.deepEqual(at.events, ['listing', 'present a@1', 'listing', 'present b@1', 'listed']);
  }),
);

test('events are found in whatever pieces they come', async () => {
  const text = line('ADDED', object('größe-🚀', 101)) + line('DELETED', object('web', 102));
  const bytes = Buffer.from(text);
  for (let cut = 1; cut < bytes.length; cut += 7) {
    const pieces: Answering = (response) => {
      response.writeHead(200);
      response.write(bytes.subarray(0, cut), () => setImmediate(() => response.write(bytes.subarray(cut))));
    };
    await scene({ watches: [pieces] }, async ({ came }) => came(...first, 'present größe-🚀@101', 'absent web@102'))();
  }
});

test(
  'a watch that ends is resumed from its last event or bookmark, without a list',
  scene(
    {
      watches: [
        ending(line('ADDED', object('api', 101)), line('BOOKMARK', { metadata: { resourceVersion: '150' } })),
        ending(line('ADDED', object('api', 160))),
        saying(line('ADDED', object('api', 170))),
      ],
    },
    async ({ came, events, lists, watches }) => {
      await came('present api@170');
      assert.deepEqual(events, [...first, 'present api@101', 'present api@160', 'present api@170']);
      assert.deepEqual(
        watches().map((request) => request.query.get('resourceVersion')),
        ['100', '150', '160'],
      );
      assert.equal(lists().length, 1);
    },
  ),
);

test('a watch that was open for its time is resumed although it brought nothing', async () => {
  let open: ServerResponse | undefined;
  const quiet: Answering = (response, request) => {
    hold(response, request);
    open = response;
  };
  await scene({ watches: [quiet, hold] }, async ({ came, asleep, clock, events, watches }) => {
    await came('listed');
    await until(() => open !== undefined);
    await asleep(1);
    await clock.advance(20_000);
    open?.end();
    await until(() => watches().length === 2);
    assert.deepEqual(events, first);
  })();
});

test(
  'a connection that breaks in the middle of an event is resumed from the event before it',
  scene({ watches: [breaking(line('ADDED', object('api', 101)) + line('ADDED', object('api', 102)).slice(0, 30)), hold] }, async (at) => {
    await until(() => at.watches().length === 2);
    assert.deepEqual(at.events, [...first, 'present api@101']);
    assert.equal(at.watches()[1]?.query.get('resourceVersion'), '101');
  }),
);

for (const [title, answer] of [
  ['refused', refusing(410, 'too old resource version: 100 (900)')],
  ['answered with an event', saying(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' }))],
] as const) {
  test(
    `a resourceVersion that is too old, ${title}, makes a new list at once`,
    scene({ lists: [list(['web']), list(['api'], 900)], watches: [answer, hold] }, async (at) => {
      await until(() => at.watches().length === 2);
      assert.deepEqual(at.events, [...first, 'listing', 'present api@1', 'listed']);
      assert.equal(at.watches()[1]?.query.get('resourceVersion'), '900');
    }),
  );
}

test(
  'one that is too old again and again is no reason to list without a pause',
  scene({ watches: [refusing(410, 'too old')] }, async ({ came, asleep, lists, events }) => {
    await came('lost: too old');
    await asleep(1);
    assert.deepEqual(events, [...first, ...first, 'lost: too old']);
    assert.equal(lists().length, 2);
  }),
);

test(
  'a watch that fails is told as lost, waits longer each time, up to half a minute, and lists anew',
  scene({ watches: [refusing(500, 'etcdserver: no leader')] }, async ({ came, asleep, clock, lists }) => {
    // Chance is a half: the pauses are three quarters of 1, 2, 4 … seconds.
    for (const [i, pause] of [750, 1_500, 3_000, 6_000, 12_000, 22_500, 22_500].entries()) {
      await came('lost: etcdserver: no leader');
      await asleep(1);
      assert.equal(lists().length, i + 1);
      await clock.advance(pause - 1);
      assert.equal(lists().length, i + 1);
      await clock.advance(1);
      await until(() => lists().length === i + 2);
    }
  }),
);

test(
  'a success makes the next failure a first one again',
  scene(
    { watches: [refusing(500, 'one'), refusing(500, 'two'), ending(line('ADDED', object('api', 101))), refusing(500, 'three'), hold] },
    async ({ came, asleep, clock, lists }) => {
      for (const [message, pause, listed] of [
        ['one', 750, 1],
        ['two', 1_500, 2],
        ['three', 750, 3],
      ] as const) {
        await came(`lost: ${message}`);
        await asleep(1);
        assert.equal(lists().length, listed);
        await clock.advance(pause);
      }
      await until(() => lists().length === 4);
    },
  ),
);

for (const [title, script, message] of [
  [
    'a kind that is not served',
    { lists: [refusing(404, 'the server could not find the requested resource')] },
    'the server could not find the requested resource',
  ],
  [
    'a list that is forbidden',
    { lists: [refusing(403, 'deployments.apps is forbidden')] },
    'deployments.apps is forbidden (a right is missing)',
  ],
  ['a watch that ends as soon as it begins', { watches: [ending()] }, 'the watch ends as soon as it begins'],
  ['an event of an unknown type', { watches: [saying(line('MAGIC', object('a', 101)))] }, 'the watch said `MAGIC`, which is not known'],
  ['a line that is no event', { watches: [saying('<html>\n')] }, 'the watch said something that is no event'],
  ['a line without end', { watches: [breaking('x'.repeat(17 * 1024 * 1024))] }, 'a line of the watch is longer than 16 MB'],
  [
    'a list that holds something else',
    { lists: [(response: ServerResponse) => json(response, { items: [{ a: 1 }] })] },
    'the list holds something that is no object',
  ],
] as const satisfies readonly (readonly [string, Script, string])[]) {
  test(
    `${title} is told as lost, and tried again after a pause`,
    scene(script, async ({ came, asleep, clock, lists, server }) => {
      await came(`lost: ${message}`);
      await asleep(1);
      await until(() => server.open <= 1);
      await clock.advance(750);
      await until(() => lists().length === 2);
    }),
  );
}

test(
  'a server that asks for patience gets it',
  scene({ watches: [(response) => json(response.setHeader('retry-after', '9'), { kind: 'Status', message: 'busy' }, 429)] }, async (at) => {
    await at.came('lost: busy');
    await at.asleep(1);
    await at.clock.advance(8_999);
    assert.equal(at.lists().length, 1);
    await at.clock.advance(1);
    await until(() => at.lists().length === 2);
  }),
);

test(
  'a connection that is silent for longer than the server may be is dead: it is closed, and the watch made anew',
  scene({ watches: [saying(line('MODIFIED', object('web', 100)))] }, async ({ came, asleep, clock, server, lists, watches }) => {
    // Once an event is through, only the silence is timed.
    await came('present web@100');
    await asleep(1);
    await clock.advance(479_999);
    assert.equal(lists().length, 1);
    await clock.advance(1);
    await came('lost: the watch was silent for 480 s');
    await until(() => server.open <= 1);
    await asleep(1);
    await clock.advance(750);
    await until(() => watches().length === 2);
  }),
);

test('a connection that says something now and then is alive', async () => {
  let open: ServerResponse | undefined;
  const slow: Answering = (response, request) => {
    saying(line('ADDED', object('api', 101)))(response, request);
    open = response;
  };
  await scene({ watches: [slow] }, async ({ came, asleep, clock, events }) => {
    await came('present api@101');
    await asleep(1);
    await clock.advance(470_000);
    open?.write(line('ADDED', object('api', 102)));
    await came('present api@102');
    await asleep(1);
    await clock.advance(470_000);
    assert.deepEqual(events, [...first, 'present api@101', 'present api@102']);
  })();
});

for (const [title, script, ready] of [
  ['while it lists', { lists: [() => undefined] }, (at: Scene) => until(() => at.lists().length === 1)],
  ['between two pages', { lists: [list(['a'], 1, 'x'), () => undefined] }, (at: Scene) => until(() => at.lists().length === 2)],
  ['while it waits for events', { watches: [hold] }, (at: Scene) => at.came('listed').then(() => until(() => at.watches().length === 1))],
  ['while it pauses', { watches: [refusing(500, 'no')] }, (at: Scene) => at.came('lost: no')],
  ['while the watch begins', { watches: [() => undefined] }, (at: Scene) => until(() => at.watches().length === 1)],
] as const) {
  test(
    `an abort ${title} ends the watch at once, and leaves no connection and no timer`,
    scene(script, async (at) => {
      await ready(at);
      const before = at.server.requests.length;
      await at.end();
      await until(() => at.server.open <= 1);
      await settled();
      assert.deepEqual([at.clock.sleepers, at.server.requests.length], [0, before]);
      assert.doesNotMatch(at.events.at(-1) ?? '', /interrupted/);
    }),
  );
}

test('a reader that leaves closes the connection', async () => {
  const server = await stubServer((request, response) =>
    request.query.has('watch') ? saying(line('ADDED', object('api', 101)))(response, request) : list([])(response, request),
  );
  const clock = handClock();
  const transport = openTransport({ config: configFor(server.url), clock });
  for await (const event of watchObjects({ transport, clock }, options, new AbortController().signal)) if ('object' in event) break;
  await until(() => server.open === 1);
  assert.equal(clock.sleepers, 0);
  await transport.close();
  await server.close();
});
