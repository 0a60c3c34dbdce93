import { conditions, fresh, no, type OperatorCase, type OperatorCases, readyCases, stale, yes } from './cases.ts';

/** What cert-manager's ACME controllers write into `status.state`. */
const acme: readonly OperatorCase[] = [
  fresh,
  { says: 'Current: state: valid', status: { state: 'valid' } },
  { says: 'InProgress: state: pending, waiting for the record', status: { state: 'pending', reason: 'waiting for the record.' } },
  { says: 'Failed: state: invalid', status: { state: 'invalid' } },
  { says: 'Failed: state: expired', status: { state: 'expired' } },
  { says: 'Failed: state: errored, no solver fits', status: { state: 'errored', reason: 'no solver fits' } },
];

/** cert-manager and External Secrets. */
export const security: readonly OperatorCases[] = [
  { kinds: ['Issuer.cert-manager.io', 'ClusterIssuer.cert-manager.io'], version: 'v1', cases: readyCases },
  {
    kinds: ['Certificate.cert-manager.io'],
    version: 'v1',
    cases: [
      ...readyCases,
      { says: 'Current: ready', status: conditions(yes('Ready'), yes('Issuing', { reason: 'Renewing' })) },
      {
        says: 'InProgress: Failed: the order is invalid',
        status: conditions(
          no('Ready', 'DoesNotExist', 'Issuing certificate as Secret does not exist'),
          no('Issuing', 'Failed', 'the order is invalid'),
        ),
      },
    ],
  },
  {
    kinds: ['CertificateRequest.cert-manager.io'],
    version: 'v1',
    cases: [
      ...readyCases,
      {
        says: 'InProgress: Pending: waiting for the order',
        status: conditions(yes('Approved'), no('Ready', 'Pending', 'waiting for the order')),
      },
      { says: 'Failed: Failed: the order is invalid', status: conditions(no('Ready', 'Failed', 'the order is invalid')) },
      { says: 'Failed: Denied: not by this policy', status: conditions(no('Ready', 'Denied', 'not by this policy')) },
      {
        says: 'Failed: policy.example: not by this policy',
        status: conditions(yes('Denied', { reason: 'policy.example', message: 'not by this policy' })),
      },
      {
        says: 'Failed: CertificateRequestInvalid: no name',
        status: conditions(yes('InvalidRequest', { reason: 'CertificateRequestInvalid', message: 'no name' })),
      },
    ],
  },
  { kinds: ['Order.acme.cert-manager.io', 'Challenge.acme.cert-manager.io'], version: 'v1', cases: acme },
  {
    kinds: ['ExternalSecret.external-secrets.io', 'PushSecret.external-secrets.io'],
    version: 'v1',
    cases: [
      ...readyCases,
      { says: 'Current: ready', status: { syncedResourceVersion: '2-0123abc', ...conditions(yes('Ready')) } },
      { says: stale, status: { syncedResourceVersion: '1-0123abc', ...conditions(yes('Ready')) } },
      // What is synced once keeps the generation of then.
      {
        says: 'Current: ready',
        spec: { refreshInterval: '0s' },
        status: { syncedResourceVersion: '1-0123abc', ...conditions(yes('Ready')) },
      },
      {
        says: stale,
        spec: { refreshInterval: '0', refreshPolicy: 'OnChange' },
        status: { syncedResourceVersion: '1-0123abc', ...conditions(yes('Ready')) },
      },
      {
        says: 'Current: ready',
        spec: { refreshPolicy: 'CreatedOnce' },
        status: { syncedResourceVersion: '1-0123abc', ...conditions(yes('Ready')) },
      },
    ],
  },
  {
    kinds: [
      'ClusterExternalSecret.external-secrets.io',
      'ClusterPushSecret.external-secrets.io',
      'SecretStore.external-secrets.io',
      'ClusterSecretStore.external-secrets.io',
    ],
    version: 'v1',
    cases: readyCases,
  },
];
