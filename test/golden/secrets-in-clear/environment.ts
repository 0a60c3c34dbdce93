import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';
import { z } from 'zod';
import { base64, checksummed, pem, samples, signs } from '../../compile/validate/secrets/tokens.ts';

const token = checksummed('ghp');

/** Secrets in every place that an author finds for them. No line of what is said about it holds one. */
const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeSecret(chart, 'database', { metadata: { name: 'database' }, stringData: { user: 'shop', password: signs(20), token } });
    new k8s.KubeSecret(chart, 'tls', {
      metadata: { name: 'tls' },
      type: 'kubernetes.io/tls',
      data: { 'tls.crt': base64(pem('CERTIFICATE')), 'tls.key': base64(pem('PRIVATE KEY')) },
    });
    new k8s.KubeConfigMap(chart, 'config', {
      metadata: { name: 'config', annotations: { 'example.com/note': `made with ${token}` } },
      data: {
        API_KEY: signs(40),
        'settings.yaml': `database: postgres://shop:${signs(12)}@database/shop\ngithub:\n  token: ${token}\n`,
        [token]: 'a key may be a secret, too',
      },
      binaryData: { key: base64(pem('EC PRIVATE KEY')) },
    });
    new ApiObject(chart, 'web', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: {
        containers: [
          {
            name: 'web',
            image: `web@sha256:${'1'.repeat(64)}`,
            env: [
              { name: 'DB_PASSWORD', value: signs(16) },
              { name: 'WEBHOOK', value: samples['slack-webhook']?.[0] },
            ],
            args: ['--listen=:8080', `--session-secret=${signs(32, 'hex')}`],
          },
        ],
      },
    });
  },
});

/** Values are told, too, when they are wrong. */
const web = defineChart({ values: z.object({ password: z.number(), note: z.number() }), build() {} });

export default defineEnvironment({
  name: 'leaking',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { shop, web },
  external: [{ kind: 'Namespace', name: 'shop' }],
  values: { web: { password: 'hunter2', note: token, extra: { apiKey: 'hunter3' } } as never },
  adopt: [{ object: { kind: 'Pod', namespace: 'shop', name: 'web' }, reason: `the token of ${token} allows it` }],
});
