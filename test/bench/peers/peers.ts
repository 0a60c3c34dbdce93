import { join } from 'node:path';
import { messageOf } from '../../../src/model/failure.ts';
import type { Stage } from '../../e2e/stage.ts';
import { administratorFor } from '../../peers/account.ts';
import { fluxWorkers } from '../../peers/flux.ts';
import { type Found, findPeer, type PeerName } from '../../peers/programs.ts';
import type { Counter, Figure, Subject } from '../measure.ts';
import type { RenderedTree } from '../validation.ts';
import { benchedEngine, benchedFlux } from './benched.ts';
import { measureKubeconform } from './kubeconform.ts';
import { measurePeer, patienceFor } from './peer.ts';
import { projects } from './projects.ts';
import { cdk8sVersion, installCdk8s, measureSynthPeer } from './synth.ts';

/** The programs of peers: each is there, or it is known why not. */
type Programs<Name extends PeerName | 'cdk8s-cli'> = Readonly<Record<Name, Found>>;

/** Those that write or check YAML. */
export type CompilerPeers = Programs<'cdk8s-cli' | 'kustomize' | 'helm' | 'kubeconform'>;

/** Those that apply it. */
export type AgentPeers = Programs<'gitops-engine' | 'kustomize-controller'>;

/** Finds or builds the peers of the compiler, one after the other. */
export async function findCompilerPeers(say: Subject['say']): Promise<CompilerPeers> {
  const [kustomize, helm, kubeconform] = [await findPeer('kustomize'), await findPeer('helm'), await findPeer('kubeconform')];
  return { kustomize, helm, kubeconform, 'cdk8s-cli': await findCdk8s(say) };
}

/** Finds or builds the peers of the agent, one after the other. */
export async function findAgentPeers(): Promise<AgentPeers> {
  return { 'gitops-engine': await findPeer('gitops-engine'), 'kustomize-controller': await findPeer('kustomize-controller') };
}

function findCdk8s(say: Subject['say']): Promise<Found> {
  return installCdk8s(say).then(
    (program): Found => ({ version: cdk8sVersion, program, files: [] }),
    (thrown: unknown): Found => ({ version: cdk8sVersion, missing: messageOf(thrown) }),
  );
}

/** What peers are measured on. */
interface PeersBench<Peers> {
  readonly programs: Peers;
  readonly apps: number;
  readonly folder: string;
  readonly say: Subject['say'];
}

/** What those are measured on that apply. */
export interface AgentPeersBench extends PeersBench<AgentPeers> {
  readonly stage: Stage;
  readonly counter: Counter;
}

/** The agent of Argo CD's engine. */
export function measureGitopsEngine({ programs, stage, counter, apps, folder, say }: AgentPeersBench): Promise<readonly Figure[]> {
  const who = 'gitops-engine';
  return whereFound({ who, found: programs[who], say }, async ({ program }) => {
    const { user, kubeconfig } = await administratorFor(stage, who);
    const peer = await benchedEngine({ program, kubeconfig, folder: join(folder, who), patience: patienceFor(apps) });
    return measurePeer({ stage, apps, subject: { who, say, requests: () => counter.requestsOf(user) } }, peer);
  });
}

/** Flux's kustomize-controller. */
export function measureFlux({ programs, stage, counter, apps, folder, say }: AgentPeersBench): Promise<readonly Figure[]> {
  const who = 'flux';
  return whereFound({ who, found: programs['kustomize-controller'], say }, async ({ program, files }) => {
    const { user, kubeconfig } = await administratorFor(stage, who);
    const options = { program, kubeconfig, folder: join(folder, who), patience: patienceFor(apps) };
    const peer = await benchedFlux({ ...options, ground: stage, definitions: files });
    try {
      return await measurePeer({ stage, apps, subject: { who, say, requests: () => counter.requestsOf(user) } }, peer);
    } finally {
      peer.close();
    }
  });
}

/** The tools that write YAML. */
export async function measureSynthPeers({ programs, apps, folder, say }: PeersBench<CompilerPeers>): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const who of ['cdk8s-cli', 'kustomize', 'helm'] as const) {
    const measured = await whereFound({ who, found: programs[who], say }, ({ program }) =>
      measureSynthPeer(projects[who](program, apps), { folder, apps, say }),
    );
    figures.push(...measured);
  }
  return figures;
}

/** kubeconform, over the trees that `lockstep check` was measured on. */
export function measureValidationPeers({
  programs,
  folder,
  say,
  trees,
}: Omit<PeersBench<CompilerPeers>, 'apps'> & { readonly trees: readonly RenderedTree[] }): Promise<readonly Figure[]> {
  const who = 'kubeconform';
  return whereFound({ who, found: programs[who], say }, ({ program }) =>
    measureKubeconform({ program, trees, folder: join(folder, who), say }),
  );
}

interface Sought {
  readonly who: string;
  readonly found: Found;
  readonly say: Subject['say'];
}

/** What `measure` gives; a row that says so when the program is not there, or it throws. A peer never stops the bench. */
async function whereFound(
  { who, found, say }: Sought,
  measure: (there: Extract<Found, { readonly program: string }>) => Promise<readonly Figure[]>,
): Promise<readonly Figure[]> {
  const nothing = (missing: string, why: string): readonly Figure[] => {
    say(`${who}: ${why.replaceAll('\n', ' ')}`);
    return [{ who, what: 'all of it', missing }];
  };
  if (!('program' in found)) return nothing('is not there', found.missing);
  return measure(found).catch((thrown: unknown) => nothing('failed', messageOf(thrown)));
}

/** What a reader must know of how the peers of the compiler were measured. */
export function compilerNotes(programs: CompilerPeers): readonly string[] {
  const version = (name: keyof CompilerPeers): string => `${name} ${programs[name].version}`;
  return [
    `synth: ${version('cdk8s-cli')} over \`node --import tsx\`, ${version('kustomize')}, ${version('helm')} template; none of them keeps anything between two runs, or checks what it writes.`,
    `check: ${version('kubeconform')} with -strict, over the schemas that Lockstep embeds; it knows nothing that the API server has in code, no references and no secrets.`,
  ];
}

/** What a reader must know of how the peers of the agent were measured. */
export function agentNotes(programs: AgentPeers): readonly string[] {
  const version = (name: keyof AgentPeers): string => `${name} ${programs[name].version}`;
  return [
    `gitops-engine: the agent of ${version('gitops-engine')} with its usual settings, over a git work tree; it is told by its API.`,
    `flux: ${version('kustomize-controller')} with ${fluxWorkers} workers, one Kustomization over everything; the bench serves the archives. A new one is heeded by itself, otherwise it is told by an annotation.`,
    'Neither repairs drift before it is told, or its interval has passed. Both read a file for each application, and have an administrator’s rights.',
  ];
}
