import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json, JsonObject } from '../../../src/model/json.ts';
import type { LiveObject } from '../../../src/model/manifest.ts';
import { podReason, podStage } from '../../../src/reconcile/health/pods.ts';

/** A pod of the storefront in a state of its status. */
function pod(status: JsonObject, deletionTimestamp?: string): LiveObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'storefront-7c9d-x2x2x',
      namespace: 'shop',
      uid: 'u1',
      resourceVersion: '7',
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
    spec: { containers: [{ name: 'web' }] },
    status,
  };
}

/** A pod whose one container is in `state` and was in `lastState` before. */
function web(state: JsonObject, lastState: Json = {}): LiveObject {
  return pod({ phase: 'Running', containerStatuses: [{ name: 'web', ready: false, state, lastState }] });
}

test('a ready pod and one that has succeeded have no reason', () => {
  assert.equal(podReason(pod({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] })), undefined);
  assert.equal(podReason(pod({ phase: 'Succeeded', conditions: [{ type: 'Ready', status: 'False', reason: 'PodCompleted' }] })), undefined);
});

test('a pod that has succeeded has no reason, although its sidecar was killed at the end', () => {
  const killed = { name: 'log-shipper', ready: false, state: { terminated: { exitCode: 137, reason: 'Error' } } };
  assert.equal(podReason(pod({ phase: 'Succeeded', initContainerStatuses: [killed] })), undefined);
});

test('a pod that nobody has looked at has no reason yet', () => {
  assert.equal(podReason(pod({ phase: 'Pending' })), undefined);
});

test('the scheduler tells in its own words why a pod has no node', () => {
  const message = '0/3 nodes are available: 3 Insufficient memory.';
  const unscheduled = pod({ phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] });
  assert.equal(podReason(unscheduled), 'Unschedulable: 0/3 nodes are available: 3 Insufficient memory');
});

test('a waiting container is named with its reason and the first line of the message', () => {
  const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "web:1.4"\nrpc error: code = NotFound' };
  assert.equal(podReason(web({ waiting })), '`web`: ImagePullBackOff: Back-off pulling image "web:1.4"');
});

test('a crash loop is told by how the container last ended, not by how long the kubelet waits', () => {
  const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 5m0s restarting failed container=web' };
  assert.equal(
    podReason(web({ waiting }, { terminated: { exitCode: 137, reason: 'OOMKilled' } })),
    '`web`: CrashLoopBackOff, exit code 137 (OOMKilled)',
  );
  assert.equal(podReason(web({ waiting })), '`web`: CrashLoopBackOff: back-off 5m0s restarting failed container=web');
});

test('what a container wrote at its end is not told, since it may hold secrets', () => {
  const terminated = { exitCode: 1, reason: 'Error', message: 'cannot log in as shop with hunter2' };
  assert.equal(podReason(web({ terminated })), '`web`: ended, exit code 1 (Error)');
  assert.equal(podReason(web({ waiting: { reason: 'CrashLoopBackOff' } }, { terminated })), '`web`: CrashLoopBackOff, exit code 1 (Error)');
});

test('what a container wrote is not told, whatever the reason is: the kubelet appends it to what is said by itself', () => {
  for (const reason of ['OOMKilled', 'ContainerStatusUnknown', 'Completed', 'DeadlineExceeded']) {
    const terminated = { exitCode: 137, reason, message: 'hunter2' };
    assert.equal(podReason(web({ terminated })), `\`web\`: ended, exit code 137 (${reason})`);
  }
});

test('what a hook wrote is not told, nor what nobody knows', () => {
  for (const reason of ['PostStartHookError', 'PreStartHookError', 'SomethingElse'])
    assert.equal(podReason(web({ waiting: { reason, message: 'Exec lifecycle hook ([login hunter2]) failed' } })), `\`web\`: ${reason}`);
});

test('a container that never ran is told by why, without the command and its arguments', () => {
  const message =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: exec: "login --password hunter2": executable file not found in $PATH: unknown';
  const terminated = { exitCode: 128, reason: 'StartError', message };
  const told = 'exit code 128 (StartError): executable file not found in $PATH';
  assert.equal(podReason(web({ terminated })), `\`web\`: ended, ${told}`);
  assert.equal(podReason(web({ waiting: { reason: 'CrashLoopBackOff' } }, { terminated })), `\`web\`: CrashLoopBackOff, ${told}`);
  const other = { exitCode: 128, reason: 'ContainerCannotRun', message: 'login --password hunter2: what else may go wrong' };
  assert.equal(podReason(web({ terminated: other })), '`web`: ended, exit code 128 (ContainerCannotRun)');
  const config = { reason: 'CreateContainerConfigError', message: 'secret "web" not found' };
  assert.equal(podReason(web({ waiting: config })), '`web`: CreateContainerConfigError: secret "web" not found');
});

test('a pod waits for a node, then for its containers, then for what they do', () => {
  const scheduled = [{ type: 'PodScheduled', status: 'True' }];
  assert.equal(podStage(pod({ phase: 'Pending' })), 'scheduling');
  assert.equal(podStage(pod({ phase: 'Pending', conditions: scheduled })), 'creating');
  assert.equal(podStage(web({ waiting: { reason: 'ContainerCreating' } })), 'creating');
  assert.equal(podStage(web({ waiting: { reason: 'CrashLoopBackOff' } })), 'running');
  assert.equal(podStage(web({ running: {} })), 'running');
});

test('a container that runs but is not ready is named, with its last end when it was restarted', () => {
  assert.equal(podReason(web({ running: {} })), '`web`: not ready');
  assert.equal(podReason(web({ running: {} }, { terminated: { exitCode: 1 } })), '`web`: not ready, exit code 1');
});

test('an init container that fails says more than the containers that wait for it', () => {
  const stuck = pod({
    phase: 'Pending',
    initContainerStatuses: [
      { name: 'wait-for-db', ready: true, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
      {
        name: 'migrate',
        ready: false,
        state: { waiting: { reason: 'RunContainerError', message: 'exec: "/bin/migrate": stat /bin/migrate: no such file or directory' } },
      },
    ],
    containerStatuses: [{ name: 'web', ready: false, state: { waiting: { reason: 'PodInitializing' } } }],
  });
  assert.equal(podReason(stuck), '`migrate`: RunContainerError: no such file or directory');
});

test('a container that is still being created is named when nothing says more', () => {
  assert.equal(podReason(web({ waiting: { reason: 'ContainerCreating' } })), '`web`: ContainerCreating');
});

test('an evicted pod is told by the reason of the whole pod', () => {
  const evicted = pod({ phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory.' });
  assert.equal(podReason(evicted), 'Evicted: The node was low on resource: memory');
});

test('a readiness gate is told when the containers are ready', () => {
  const gated = pod({
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: 'corresponding condition of gate is False' }],
    containerStatuses: [{ name: 'web', ready: true, state: { running: {} } }],
  });
  assert.equal(podReason(gated), 'ReadinessGatesNotReady: corresponding condition of gate is False');
});

test('a pod on its way out is told so', () => {
  assert.equal(podReason(pod({ phase: 'Running' }, '2026-05-01T10:00:00Z')), 'is being deleted');
});

test('a pod that failed tells why, even on its way out', () => {
  const terminated = { exitCode: 1, reason: 'Error' };
  const status = { phase: 'Failed', containerStatuses: [{ name: 'web', ready: false, state: { terminated } }] };
  assert.equal(podReason(pod(status, '2026-05-01T10:00:00Z')), '`web`: ended, exit code 1 (Error)');
});
