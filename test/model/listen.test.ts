import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListen } from '../../src/model/listen.ts';

test('an address to listen at is a host and a port, and the host may be left out', () => {
  assert.deepEqual(parseListen('127.0.0.1:8080'), { host: '127.0.0.1', port: 8080 });
  assert.deepEqual(parseListen('localhost:0'), { host: 'localhost', port: 0 });
  assert.deepEqual(parseListen('[::1]:65535'), { host: '::1', port: 65_535 });
  assert.deepEqual(parseListen(':8080'), { host: undefined, port: 8080 });
  for (const wrong of [
    '8080',
    '',
    ':',
    '127.0.0.1',
    ':65536',
    '::1:8080',
    '[::1]',
    '[:8080',
    'a b:80',
    ':80 ',
    'http://localhost:80',
    ':8o',
  ])
    assert.equal(parseListen(wrong), undefined, wrong);
});
