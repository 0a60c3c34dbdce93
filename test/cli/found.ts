import type { Diagnostic } from '../../src/model/diagnostic.ts';
import { ref } from '../reconcile/samples.ts';

const environments = ['dev', 'prod', 'staging'];

/** What is told in every form: of one environment and of several, of a loop, of no object at all, with all characters that forms escape. */
export const found: readonly Diagnostic[] = [
  ...environments.map(
    (environment): Diagnostic => ({
      code: 'image-not-pinned',
      severity: 'error',
      message: 'image `nginx:1.27` has no digest in the lock',
      at: { file: 'charts/web.ts', line: 12, column: 5, environment, construct: 'web/deployment', object: ref('Deployment/shop/web') },
      help: `add it to \`environments/${environment}.lock.yaml\``,
    }),
  ),
  ...Array.from(
    { length: 50 },
    (_, i): Diagnostic => ({
      code: 'namespace-missing',
      severity: 'error',
      message: `\`ConfigMap/part-${i}\` has no namespace, and its kind needs one`,
      at: { file: 'charts/a b.ts', line: 3, column: 9, environment: 'dev', construct: `parts/${i}`, object: ref(`ConfigMap/part-${i}`) },
    }),
  ),
  {
    code: 'value-invalid',
    severity: 'error',
    message: '`values.web.text` is `{"a":"<b> & 100%, \\"c\\": {0}\u0007"}`: expected a string\nand more',
    at: { file: 'environments/dev.ts', line: 7, environment: 'dev', pointer: 'values.web.text' },
  },
  {
    code: 'pin-unused',
    severity: 'warning',
    message: 'nothing uses `a:1`',
    at: { file: 'environments/prod.lock.yaml', line: 4, environment: 'prod' },
  },
  {
    code: 'kind-unknown',
    severity: 'note',
    message: 'good to know',
    at: { environment: 'prod', object: ref('Widget/shop/w') },
    help: 'read on',
  },
  {
    code: 'policy/no-latest',
    severity: 'error',
    message: 'no `latest`, please',
    at: { file: 'charts/web.ts', line: 9, environment: 'prod' },
  },
  { code: 'no-environments', severity: 'error', message: 'no module in `environments/` exports an environment', at: {} },
];
