import type { Checked, Diagnostic } from '../model/diagnostic.ts';
import { type ForgeWords, forgeOf } from '../model/forge.ts';
import { parseImage } from '../model/image.ts';
import { gitPort, shownUrl } from '../model/url.ts';
import type { ReportPlace } from './bootstrap.ts';

/** What is told of an environment that an agent in a cluster keeps, and of that agent. */
export interface GivenInstallation {
  readonly source?: string | undefined;
  readonly image?: string | undefined;
  readonly secret?: string | undefined;
  /** The Secret that says who tells a forge how the environment does; `true` for that of the source. */
  readonly report?: string | true | undefined;
  /** The ConfigMap that names those who may sign. */
  readonly signers?: string | undefined;
  readonly replicas?: number | undefined;
  readonly onDelete?: 'keep' | 'prune' | undefined;
  readonly agentNamespace?: string | undefined;
  /** Only its rights are asked for. */
  readonly rbac: boolean;
}

/** What is wrong with what an agent in a cluster is to be told. Where nothing is told, nothing is wrong. */
export function judgeInstallation(given: GivenInstallation): readonly Diagnostic[] {
  const { source, image } = given;
  return [
    ...(source === undefined ? [] : judgeSource(source)),
    ...(image === undefined ? [] : judgeImage(image)),
    ...(image !== undefined && source === undefined ? [incomplete] : []),
    ...(given.report === true && given.secret === undefined ? [untold] : []),
    ...idle(given),
  ];
}

/** Options that change what is printed only beside one of others. */
const besides = [
  { name: 'secret', option: '--secret', beside: ['source', 'rbac'] },
  { name: 'report', option: '--report', beside: ['source', 'rbac'] },
  { name: 'signers', option: '--signers', beside: ['source', 'rbac'] },
  { name: 'agentNamespace', option: '--agent-namespace', beside: ['source', 'rbac'] },
  { name: 'onDelete', option: '--on-delete', beside: ['source'] },
  { name: 'replicas', option: '--replicas', beside: ['image'] },
] as const satisfies readonly {
  readonly name: keyof GivenInstallation;
  readonly option: string;
  readonly beside: readonly (keyof GivenInstallation)[];
}[];

/** Whoever gives an option expects something of it: one that would change nothing is told, rather than passed over. */
function idle(given: GivenInstallation): readonly Diagnostic[] {
  const isGiven = (name: keyof GivenInstallation): boolean => given[name] !== undefined && given[name] !== false;
  // What an image lacks is told already.
  const isBeside = (name: keyof GivenInstallation): boolean => isGiven(name) || (name === 'source' && isGiven('image'));
  return besides
    .filter(({ name, beside }) => isGiven(name) && !beside.some(isBeside))
    .map(({ option, beside }) => {
      const others = beside.map((name) => `\`--${name}\``).join(' or ');
      const message = `\`${option}\` would change nothing: it is for ${others}`;
      return error({ code: 'bootstrap-options-unfit', message, help: `give ${others}, or leave \`${option}\` out` });
    });
}

const incomplete = error({
  code: 'bootstrap-incomplete',
  message: '`--source` is missing: the repository of the rendered branch',
  help: 'give `--source`, with `--image` for the first environment of an agent; or `--rbac` for the rights alone',
});

const untold = error({
  code: 'bootstrap-options-unfit',
  message: '`--report` needs a Secret that says who tells the forge: a token, or the keys of a GitHub App',
  help: 'name it, `--report <secret>`; or give `--secret`, if that of the source may write commit statuses, too',
});

/** Which forge is told how an environment does, by its source and what its definition says of the forge. */
export function judgeReport(source: string, words: ForgeWords): Checked<ReportPlace | undefined> {
  const found = forgeOf(source, words);
  if (typeof found !== 'string') return { value: { forge: found.type, url: words.url, api: found.api }, diagnostics: [] };
  const message = `it is not known which repository of which forge \`${shownUrl(source)}\` is`;
  const help = "tell it in the definition of the environment: `rendered: { forge: 'gitea' }`, perhaps with `forgeUrl`";
  return { value: undefined, diagnostics: [error({ code: 'bootstrap-options-unfit', message, help })] };
}

function judgeSource(source: string): readonly Diagnostic[] {
  if (gitPort(source) !== undefined) return [];
  const message = `\`${shownUrl(source)}\` is no repository that an agent in a cluster can read`;
  const help =
    'write `https://host/path`, `ssh://user@host/path` or `user@host:path`; credentials stand in the Secret that `--secret` names';
  return [error({ code: 'bootstrap-source-invalid', message, help })];
}

/** No lock holds the image of the agent: who applies what is printed answers for what runs. */
function judgeImage(image: string): readonly Diagnostic[] {
  const found = parseImage(image);
  if (found === undefined) {
    const help = 'write it like `registry.example.com/team/lockstep:0.1.0`, best with its digest behind `@`';
    return [error({ code: 'image-invalid', message: `\`${image}\` is no image reference`, help })];
  }
  const { repository, tag, digest } = found;
  if (digest !== undefined) return [];
  const help = `say which version: \`${repository}:<version>\`, best with its digest: \`${repository}:<version>@sha256:<64 digits>\``;
  if (tag === undefined) return [error({ code: 'image-without-tag', message: `image \`${image}\` has neither a tag nor a digest`, help })];
  if (tag !== 'latest') return [];
  return [error({ code: 'policy/supply-chain/latest', message: `image \`${image}\` has the tag \`latest\``, help })];
}

function error(about: Pick<Diagnostic, 'code' | 'message' | 'help'>): Diagnostic {
  return { severity: 'error', ...about, at: {} };
}
