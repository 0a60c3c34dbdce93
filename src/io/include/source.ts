import { parseDocument } from 'yaml';
import { exitCodes, Failure, messageOf } from '../../model/failure.ts';
import type { ChartReference } from '../../model/inclusion.ts';
import { isObject, type Json, listAt, stringAt } from '../../model/json.ts';
import { sha256Of } from '../../model/sha256.ts';
import type { ChartSource } from '../../ports/supply.ts';
import { type Asking, downloadBytes } from '../download.ts';
import { openLayers } from '../registry/layers.ts';
import type { RegistryOptions } from '../registry/talks.ts';

/** Bytes of the archive of a chart. */
const archiveLimit = 32 * 1024 * 1024;

/** Bytes of the index of a repository: large ones list thousands of versions. */
const indexLimit = 64 * 1024 * 1024;

/** The type of the layer of an image that is a chart (helm.sh/docs/topics/registries). */
const chartType = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';

/** How the URL of a chart in a registry begins. */
const registry = 'oci://';

/** Charts in registries, and in repositories over HTTPS. */
export function openChartSource(options: RegistryOptions): ChartSource {
  const pull = openLayers(options);
  return {
    async fetch(chart, signal) {
      const fromRegistry = ({ url, version }: ChartReference): Promise<Buffer> => {
        // A tag cannot have a plus, which is written as an underscore (helm.sh/helm, pkg/registry).
        const image = { repository: url.slice(registry.length), tag: version.replaceAll('+', '_'), digest: undefined };
        return pull(image, { type: chartType, limit: archiveLimit }, signal);
      };
      const asking = { patience: options.patience, env: options.docker.env, signal };
      return chart.url.startsWith(registry) ? fromRegistry(chart) : fromRepository(chart, { asking, fromRegistry });
    },
  };
}

/** A chart of a repository, found by its `index.yaml` (helm.sh/docs/topics/chart_repository). */
async function fromRepository(
  { url, version }: ChartReference,
  { asking, fromRegistry }: { readonly asking: Asking; readonly fromRegistry: (chart: ChartReference) => Promise<Buffer> },
): Promise<Buffer> {
  const slash = url.lastIndexOf('/');
  const [repository, name] = [url.slice(0, slash + 1), url.slice(slash + 1)];
  const place = new URL('index.yaml', repository).href;
  const index = readIndex((await downloadBytes(place, { ...asking, limit: indexLimit })).toString('utf8'), place);
  const entries = listAt(index, 'entries', name).filter(isObject);
  const entry = entries.find((one) => stringAt(one, 'version') === version);
  if (entry === undefined) throw unknown(name, version, { repository, entries });
  const file = stringAt(listAt(entry, 'urls')[0] ?? '') ?? `${name}-${version}.tgz`;
  if (!URL.canParse(file, repository))
    throw new Failure('chart-unknown', `the index of \`${repository}\` names no URL of \`${name}\` ${version}`);
  // Some repositories are an index of what is in a registry.
  const [, elsewhere, tag = version] = /^(oci:\/\/[^/]+\/.*?)(?::([^:/]+))?$/.exec(file) ?? [];
  const bytes =
    elsewhere === undefined
      ? await downloadBytes(new URL(file, repository).href, { ...asking, limit: archiveLimit })
      : await fromRegistry({ url: elsewhere, version: tag });
  const told = stringAt(entry, 'digest')?.replace(/^sha256:/, '');
  const digest = sha256Of(bytes);
  if (told === undefined || told === digest) return bytes;
  throw new Failure(
    'chart-damaged',
    `what \`${repository}\` gives for \`${name}\` ${version} has the sha256 ${digest}, not the one of its index`,
  );
}

/** Aliases that are followed: an index needs none, and a few texts may stand for more than memory holds. */
const maxAliasCount = 100;

/** The index of a repository, all of it as text: a digest may look like a number. Throws `Failure`. */
function readIndex(text: string, place: string): Json {
  try {
    return parseDocument(text, { schema: 'failsafe', logLevel: 'silent' }).toJS({ maxAliasCount }) as Json;
  } catch (cause) {
    throw new Failure('repository-unreadable', `\`${place}\` is no index of a repository: ${messageOf(cause)}`, { cause });
  }
}

/** As many versions as are named. */
const named = 5;

function unknown(
  name: string,
  version: string,
  { repository, entries }: { readonly repository: string; readonly entries: readonly Json[] },
): Failure {
  const versions = entries.slice(0, named).map((entry) => `\`${stringAt(entry, 'version') ?? ''}\``);
  const message =
    versions.length === 0 ? `\`${repository}\` has no chart \`${name}\`` : `\`${name}\` of \`${repository}\` has no version \`${version}\``;
  const help = versions.length === 0 ? 'correct the last part of the URL: it is the name of the chart' : `there are ${versions.join(', ')}`;
  return new Failure('chart-unknown', message, { help, exit: exitCodes.input });
}
