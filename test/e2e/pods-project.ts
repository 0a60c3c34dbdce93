/** A base with a chart that makes a pod of each image that it is given. */
export const podsChart = `import { k8s } from 'cdk8s-plus-28';
import { defineBase, defineChart, image } from 'lockstep';
import { z } from 'zod';
const shop = defineChart({
  namespace: 'shop',
  values: z.object({ images: z.array(image()) }),
  build(chart, { values }) {
    values.images.forEach((image, i) => {
      new k8s.KubePod(chart, \`pod-\${i}\`, { metadata: { name: \`pod-\${i}\` }, spec: { containers: [{ name: 'main', image }] } });
    });
  },
});
export const base = defineBase({ kubernetes: '1.35', external: [{ kind: 'Namespace', name: 'shop' }], charts: { shop } });
`;

/** An environment of these images; `more` is what else stands in its definition. */
export function environmentOf(name: string, images: readonly string[], more = ''): string {
  return `import { defineEnvironment } from 'lockstep';
import { base } from '../base.js';
export default defineEnvironment({ name: '${name}', cluster: '${name}', extends: base, ${more} values: { shop: { images: ${JSON.stringify(images)} } } });
`;
}
