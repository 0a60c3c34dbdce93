import type { ForgeType } from '../model/forge.ts';
import type { KubernetesVersion } from '../model/kubernetes.ts';
import type { FailureMode, PreflightMode } from '../model/rendered.ts';
import { brand } from './brand.ts';
import type { ChartInput, Charts } from './chart.ts';
import type { HealthRule } from './health.ts';
import type { Merge, NoExtra, PartialValues, Remaining } from './owed.ts';
import { type CodePoint, definedAt, whereCalled } from './place.ts';
import type { DateText, Policies } from './policy.ts';
import type { SyncWindows } from './windows.ts';

export type { KubernetesVersion };

/** Which object is meant. The group may be left out for Kubernetes' own kinds, the namespace for kinds that have none. */
export interface ObjectTarget {
  readonly kind: string;
  readonly group?: string;
  readonly namespace?: string;
  readonly name: string;
}

/** A person's word that an object may be deleted, although it is protected or the deletion budget is used up. */
export interface ApprovedDeletion {
  readonly delete: ObjectTarget;
  readonly reason: string;
}

/** A person's word that objects which somebody else made become the environment's: one, or all that it has. */
export type ApprovedAdoption =
  | { readonly object: ObjectTarget; readonly all?: never; readonly reason: string }
  | { readonly all: true; readonly object?: never; readonly reason: string };

/** An object that leaves the environment and stays in the cluster, and the environment that it goes to. */
export interface HandedOver {
  readonly object: ObjectTarget;
  readonly to: string;
}

/** The labels of pods. */
type PodLabels = Readonly<Record<string, string>>;

/**
 * An object that exists although the environment does not make it: an operator, another team or the cluster does. What is told
 * of it is what references to it are checked against; without `keys` and `ports` it has all that are asked for. `labels` are
 * those of the pods that it runs, or of pods that are known by nothing else.
 */
export type ExternalObject =
  | (ObjectTarget & { readonly keys?: never; readonly ports?: never; readonly labels?: PodLabels })
  | (ObjectTarget & {
      readonly kind: 'ConfigMap' | 'Secret';
      readonly keys: readonly string[];
      readonly ports?: never;
      readonly labels?: never;
    })
  | (ObjectTarget & {
      readonly kind: 'Service';
      readonly ports: readonly (string | number)[];
      readonly keys?: never;
      readonly labels?: never;
    })
  | (Omit<ObjectTarget, 'name'> & {
      readonly kind: 'Pod';
      readonly name?: never;
      readonly labels: PodLabels;
      readonly keys?: never;
      readonly ports?: never;
    });

/**
 * A person's word that a secret may stand in clear text in an object until the end of a day: in a field (a JSON pointer,
 * RFC 6901) and below it, or wherever a pattern recognises it (`github-token`; the error names it).
 */
export type AllowedSecret = { readonly object: ObjectTarget; readonly reason: string; readonly until: DateText } & (
  | { readonly pointer: string; readonly pattern?: never }
  | { readonly pattern: string; readonly pointer?: never }
);

/**
 * Where objects keep images outside of the pods of Kubernetes' own kinds: custom resources, or a ConfigMap that tells a program which
 * images to run. Of all objects of a kind, or of those with a name or in a namespace.
 */
export interface ImageFields {
  readonly kind: string;
  /** May be left out for Kubernetes' own kinds. */
  readonly group?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** JSON pointers (RFC 6901), in which `*` is every entry: `/data/IMAGE`, `/spec/images/*`. */
  readonly paths: readonly string[];
}

/**
 * Whose signature images need: the public key in PEM, or a file of the project with it. Of several keys, one suffices. What is signed is a
 * digest, in the classic form of Cosign of one repository; a bundle names none. A tag never is: whoever can push may let it lead to
 * another image that was signed once, an older one for instance.
 */
export interface SignedBy {
  readonly key: string | readonly string[];
}

/** Where rendered branches are. */
export interface RenderedOptions {
  /**
   * The repository that holds them, where it is not that of the configuration: the name of a remote, or a URL without credentials. It is
   * what `--push` and `--remote` mean where they name none. Default: `origin`.
   */
  readonly remote?: string;
  /**
   * One branch that holds a folder for each of many environments, `environments/fleet` for instance: the tree of `prod` is its folder `prod`.
   * Proposals are made on `environments/<name>-next` all the same. Default: each has a branch of its own, `environments/<name>`.
   */
  readonly branch?: string;
  /** What that repository is hosted on. It need be said where the host does not say it: `github.com`, `gitlab.com` and `codeberg.org` do. */
  readonly forge?: ForgeType;
  /** The URL of the forge, where its pages are at another host, port or path than git is. */
  readonly forgeUrl?: string;
  /**
   * Who has to review what belongs to a slice, as the forge names them: `{ payments: '@acme/payments' }`. They stand in the file `CODEOWNERS`
   * of the rendered branch. GitHub and GitLab read that of the branch that is merged into; Gitea and Forgejo read that of the default branch
   * alone, so that there the rendered branches need a repository of their own.
   */
  readonly owners?: Readonly<Record<string, string | readonly string[]>>;
  /**
   * The file that says who may sign what is rendered, from the root of the project: SSH's allowed signers (ssh-keygen(1)), or an OpenPGP keyring.
   * `lockstep verify` asks for a signature of one of them, `lockstep merge` puts nothing else in force, and `lockstep promote --when-healthy`
   * promotes nothing else. Default: nobody has to sign.
   */
  readonly signedBy?: string;
}

/** What bases and environments have in common. */
interface Common {
  /** The Kubernetes minor of the cluster. */
  readonly kubernetes?: KubernetesVersion;
  /** Rules that the rendered objects must keep. `{ off: reason, until: date }` switches one of an ancestor off for a while. */
  readonly policies?: Policies;
  /**
   * What the agent asks the API server about, by dry run, before it takes a commit: everything that it changes (`all`), only
   * objects that exist already (`updates`), or nothing (`none`). Asking costs the server as much as an apply; what was not
   * asked for shows when it is applied, when other objects of the commit may be applied already. Default: `all`.
   */
  readonly preflight?: PreflightMode;
  /**
   * What exists in the cluster and is not made here: references to it are no mistakes. Entries add up with those of ancestors.
   * Whatever else objects refer to must be among them.
   */
  readonly external?: readonly ExternalObject[];
  /**
   * Secrets that stand in clear text for a while. Without a person's word nothing is rendered that holds one. After its day
   * an entry allows nothing any more. A child adds entries, and may give an ancestor's another reason and day.
   */
  readonly allowedSecrets?: readonly AllowedSecret[];
  /**
   * Where images stand beside the pods of Kubernetes' own kinds: there, too, each gets the digest that the lock holds for it. Entries
   * add up with those of ancestors.
   */
  readonly images?: readonly ImageFields[];
  /**
   * Which newer tags `lockstep pin --upgrade` may let stand in for those that charts write, by repository: a range of versions as npm
   * has it, an expression that tags have to match, whose numbers are compared in its order, or `false` for none. Keys are repositories
   * as charts write them; `ghcr.io/acme/*` is all that is below. An entry replaces that of an ancestor.
   */
  readonly upgrades?: Readonly<Record<string, string | RegExp | false>>;
  /**
   * Which images have to be signed, by repository as in `upgrades`. `lockstep pin` looks for their signatures, as Cosign makes them,
   * before it writes a digest into the lock, and notes it there; an image whose pin has no such note is not rendered.
   */
  readonly signatures?: Readonly<Record<string, SignedBy>>;
  /**
   * How the objects of kinds do, where the agent cannot know it, or where it is meant otherwise. An entry replaces that of an ancestor, and
   * that of a chart, for its kind.
   */
  readonly health?: readonly HealthRule[];
  /**
   * When the agent takes new commits. Outside of these times it keeps and repairs what it took before, and takes the newest commit as soon
   * as it may. Those of a child replace those of an ancestor: `{}` allows all times.
   */
  readonly syncWindows?: SyncWindows;
  /**
   * What the agent does when the rollout of a commit fails: an object of it is Failed, and the commit was never healthy. It stays there
   * until somebody publishes what mends it (`stay`), or it goes back to the last commit at which all was Current, slice by slice, until a
   * newer commit comes (`return`). Commits count as healthy from when the environment says `return`. Nothing is deleted for that which a
   * commit may not delete, and Jobs that ran are not run again. Default: `stay`.
   */
  readonly onFailure?: FailureMode;
  /** The URL of the repository that the configuration is kept in, without credentials. Rendered commits tell it. */
  readonly source?: string;
  /** Where rendered branches are, and who is asked to merge proposals. An option replaces that of an ancestor; owners add up. */
  readonly rendered?: RenderedOptions;
}

/** A definition as it was written: the compiler merges it with its ancestors and judges it. */
export interface Definition extends Common {
  readonly [brand]: 'base' | 'environment';
  readonly extends?: Definition;
  readonly charts?: Charts;
  readonly values?: object;
  readonly [definedAt]: CodePoint;
}

declare const given: unique symbol;

/** Shared ground that environments stand on, with the types of its charts and of the values it gives. */
export interface Base<C = unknown, V = unknown> extends Definition {
  readonly [brand]: 'base';
  /** In types only. */
  readonly [given]?: { readonly charts: C; readonly values: V };
}

/** What only an environment has. */
interface EnvironmentOptions extends Common {
  /** A DNS label, at most 50 characters; its rendered branch is `environments/<name>`. */
  readonly name: string;
  /** The cluster it is for, by the name that its authors give it. */
  readonly cluster: string;
  /** Deletions that the agent would refuse without a person's word. They stand in the rendered tree as long as they stand here. */
  readonly approvals?: readonly ApprovedDeletion[];
  /**
   * Objects in the cluster that somebody else made and that become the environment's. Without a person's word the agent takes
   * over nothing. They must be among the environment's objects; there is no need for this once they were taken over.
   */
  readonly adopt?: readonly ApprovedAdoption[];
  /**
   * Objects that the environment no longer has and that stay in the cluster, each for another environment to adopt. Without
   * this they would be deleted.
   */
  readonly handOver?: readonly HandedOver[];
  /**
   * The environment is being dissolved: its rendered tree has no objects any more, and the agent lets go (`keep`) or deletes
   * (`prune`) all that it owns. Its charts stay until that is done, since the agent's rights follow from them. Default: it is not.
   */
  readonly removed?: 'keep' | 'prune';
}

/** An environment: what is compiled to a rendered tree. */
export interface Environment extends Definition, EnvironmentOptions {
  readonly [brand]: 'environment';
}

type None = Record<never, never>;
type ChartsOf<B> = B extends Base<infer C, unknown> ? C : never;
type ValuesOf<B> = B extends Base<unknown, infer V> ? V : never;

/** Defines what environments share. It may leave values open, and is never rendered. */
export function defineBase<
  B extends Base = Base<None, None>,
  C extends Charts = None,
  const V extends PartialValues<ChartInput<ChartsOf<B> & C>> = None,
>(
  options: Common & {
    readonly extends?: B;
    readonly charts?: C & Charts;
    readonly values?: V & NoInfer<NoExtra<ChartInput<ChartsOf<B> & C>, V>>;
  },
): Base<ChartsOf<B> & C, Merge<ValuesOf<B>, V>> {
  return Object.freeze({ ...options, [brand]: 'base' as const, [definedAt]: whereCalled(defineBase) });
}

/** Required when something in it is. */
type Owed<T> = None extends T ? { readonly values?: T } : { readonly values: T };

/** Defines an environment. Everything that its charts still owe must be here. */
export function defineEnvironment<B extends Base = Base<None, None>, C extends Charts = None>(
  options: EnvironmentOptions & { readonly extends?: B; readonly charts?: C & Charts } & Owed<
      Remaining<ChartInput<ChartsOf<B> & C>, ValuesOf<B>>
    >,
): Environment {
  const written: EnvironmentOptions = options;
  return Object.freeze({ ...written, [brand]: 'environment' as const, [definedAt]: whereCalled(defineEnvironment) });
}

/** Defines an environment per cluster: `environment` is called with the fields of each entry of `clusters`, and its key as `id`. */
export function defineFleet<const M extends Readonly<Record<string, object>>>(options: {
  readonly clusters: M;
  environment(cluster: { [K in keyof M]: { readonly id: K } & M[K] }[keyof M]): Environment;
}): readonly Environment[] {
  type Cluster = Parameters<typeof options.environment>[0];
  return Object.entries(options.clusters).map(([id, fields]) => options.environment({ id, ...fields } as Cluster));
}
