import { objectAt } from '../../../src/model/json.ts';
import { type Change, withLabels, withMetadata, withSpec } from '../intruder.ts';
import { addContainer, configMap, env, setContainer, type Tampering, workload } from './objects.ts';

/** Something that is done and left alone, with what the agent asks about the object. */
export interface Harmless extends Pick<Tampering, 'what' | 'manifest' | 'deed' | 'rules'> {
  readonly asked: readonly string[];
}

/** A suspicion, which one apply answers that changes nothing. */
const suspicion = ['patch'];
const annotate = (annotations: { readonly [name: string]: string }): Change =>
  withMetadata((metadata) => ({ ...metadata, annotations: { ...metadata.annotations, ...annotations } }));
const restart = withSpec((spec) => {
  const template = objectAt(spec, 'template');
  const metadata = { ...objectAt(template, 'metadata'), annotations: { 'kubectl.kubernetes.io/restartedAt': '2026-01-01T00:00:00Z' } };
  return { ...spec, template: { ...template, metadata } };
});

/** What may be done without being asked. */
export const harmless: readonly Harmless[] = [
  {
    what: 'a status',
    manifest: workload('status'),
    deed: ({ status }) => status({ observedGeneration: 1, replicas: 3 }),
    asked: [],
  },
  // The generation of a Deployment counts its annotations, too.
  {
    what: 'an annotation of somebody else',
    manifest: workload('annotation'),
    deed: ({ edit }) => edit(annotate({ team: 'blue' })),
    asked: suspicion,
  },
  {
    what: 'a label of somebody else',
    manifest: workload('foreign-label'),
    deed: ({ edit }) => edit(withLabels({ team: 'blue' })),
    asked: [],
  },
  {
    what: 'an annotation of an object that has no generation',
    manifest: configMap('no-generation', { a: '1' }),
    deed: ({ edit }) => edit(annotate({ team: 'blue' })),
    asked: suspicion,
  },
  { what: 'a restart by kubectl', manifest: workload('restart'), deed: ({ edit }) => edit(restart), asked: suspicion },
  {
    what: 'a restart by kubectl, where the environment owns all that is there',
    manifest: workload('strict-restart'),
    deed: ({ edit }) => edit(restart),
    asked: suspicion,
    rules: { ownership: 'strict' },
  },
  {
    what: 'an environment variable of somebody else',
    manifest: workload('foreign-variable', { container: { env: env({ ONE: '1' }) } }),
    deed: ({ edit }) => edit(setContainer({ env: env({ ONE: '1', TWO: '2' }) })),
    asked: suspicion,
  },
  {
    what: 'an injected container, where others may add what they like',
    manifest: workload('shared-container'),
    deed: ({ edit }) => edit(addContainer('containers')),
    asked: suspicion,
    rules: { ownership: 'shared' },
  },
];
