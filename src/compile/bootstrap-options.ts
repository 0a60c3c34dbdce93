import type { Diagnostic } from '../model/diagnostic.ts';
import { parseImage } from '../model/image.ts';
import { gitPort, shownUrl } from '../model/url.ts';

/** What is told of an environment that an agent in a cluster keeps, and of that agent. */
export interface GivenInstallation {
  readonly source?: string | undefined;
  readonly image?: string | undefined;
  readonly secret?: string | undefined;
  /** Only its rights are asked for. */
  readonly rbac: boolean;
}

/** What is wrong with what an agent in a cluster is to be told. Where nothing is told, nothing is wrong. */
export function judgeInstallation({ source, image, secret, rbac }: GivenInstallation): readonly Diagnostic[] {
  if (rbac || [source, image, secret].every((one) => one === undefined)) return [];
  return [...(source === undefined ? [incomplete] : judgeSource(source)), ...(image === undefined ? [] : judgeImage(image))];
}

const incomplete = error({
  code: 'bootstrap-incomplete',
  message: '`--source` is missing: the repository of the rendered branch',
  help: 'give `--source`, with `--image` for the first environment of an agent; or `--rbac` for the rights alone',
});

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
