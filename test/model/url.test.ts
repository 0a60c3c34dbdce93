import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback } from '../../src/model/url.ts';

test('this machine is told from others by the host of a URL', () => {
  const hosts = ['http://localhost:1/', 'http://127.0.0.1/', 'http://127.1/', 'http://127.255.0.3/', 'http://[::1]/'];
  assert.deepEqual(
    hosts.filter((url) => !isLoopback(new URL(url).hostname)),
    [],
  );
  for (const host of ['127.0.0.1.example.com', '127.example.com', 'localhost.example.com', '[::2]', '128.0.0.1', ''])
    assert.equal(isLoopback(host), false, host);
});
