import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { defineChart, defineEnvironment } from 'lockstep';
import { base64, pem, signs } from '../../compile/validate/secrets/tokens.ts';

/** Everything as it should be: what must be secret is made elsewhere, and only named here. */
const shop = defineChart({
  namespace: 'shop',
  build(chart) {
    new k8s.KubeSecret(chart, 'ca', {
      metadata: { name: 'ca' },
      data: { 'ca.crt': base64(`${pem('CERTIFICATE')}${pem('CERTIFICATE')}`), 'tls.crt': base64(pem('CERTIFICATE')) },
    });
    new k8s.KubeSecret(chart, 'token', {
      metadata: { name: 'token', annotations: { 'kubernetes.io/service-account.name': 'web' } },
      type: 'kubernetes.io/service-account-token',
    });
    new k8s.KubeConfigMap(chart, 'config', {
      metadata: { name: 'config', annotations: { 'checksum/secret': signs(64, 'hex') } },
      data: {
        DB_URL: 'postgres://shop:$(DB_PASSWORD)@database:5432/shop',
        DB_PASSWORD_FILE: '/run/secrets/database/password',
        TOKEN_URL: 'https://login.example.com/oauth2/token',
        secretName: 'database-7hk2m9tb5c',
        'proxy.conf': 'location / { proxy_pass http://web:8080; proxy_set_header Authorization $http_authorization; }\n',
      },
    });
    new k8s.KubeIngress(chart, 'ingress', {
      metadata: {
        name: 'web',
        annotations: {
          'nginx.ingress.kubernetes.io/auth-secret': 'shop/basic-auth-7hk2m9tb5c',
          'nginx.ingress.kubernetes.io/auth-type': 'basic',
        },
      },
      spec: {
        tls: [{ hosts: ['shop.example.com'], secretName: 'web-tls' }],
        defaultBackend: { service: { name: 'web', port: { number: 80 } } },
      },
    });
    new ApiObject(chart, 'web', {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'web' },
      spec: {
        imagePullSecrets: [{ name: 'registry' }],
        containers: [
          {
            name: 'web',
            image: `web@sha256:${'1'.repeat(64)}`,
            env: [
              { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } },
              { name: 'ALLOW_EMPTY_PASSWORD', value: 'yes' },
              { name: 'SESSION_TOKEN_TTL', value: '3600' },
            ],
            args: ['--token-file=/run/secrets/token', '--db-password=$(DB_PASSWORD)', '--tls-secret=shop/web-tls'],
          },
        ],
        volumes: [
          {
            name: 'token',
            projected: { sources: [{ serviceAccountToken: { path: 'token', expirationSeconds: 3600, audience: 'vault' } }] },
          },
        ],
      },
    });
  },
});

export default defineEnvironment({
  name: 'quiet',
  cluster: 'eu-1',
  kubernetes: '1.35',
  charts: { shop },
  external: [
    { kind: 'Namespace', name: 'shop' },
    { kind: 'Service', namespace: 'shop', name: 'web' },
    ...['database', 'registry', 'web-tls'].map((name) => ({ kind: 'Secret', namespace: 'shop', name })),
    { kind: 'ServiceAccount', namespace: 'shop', name: 'web' },
  ],
});
