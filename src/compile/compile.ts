import type { Environment } from '../authoring/environment.ts';
import { type Checked, type Diagnostic, hasErrors, type Place } from '../model/diagnostic.ts';
import type { RenderedTree } from '../model/rendered.ts';
import { leaveReplicas } from './autoscalers.ts';
import { judgeHandOvers, unusedAdoptions } from './decisions.ts';
import type { Given } from './given.ts';
import { unusedHealth } from './health.ts';
import { placeHooks } from './hooks/placing.ts';
import { fieldsWithoutImages } from './image-fields.ts';
import { type Pending, whenRendered } from './include/pending.ts';
import { order } from './order.ts';
import { imagesIn, pin, unusedPins } from './pin.ts';
import { enforce } from './policies.ts';
import { render } from './render.ts';
import { unusedOwners } from './rendered-place.ts';
import { unusedRules } from './repositories.ts';
import { type ResolvedEnvironment, resolve } from './resolve.ts';
import { judgeReplacing } from './rules.ts';
import { kindsServed } from './served.ts';
import { settle } from './settle.ts';
import { unsignedPins } from './signatures/pins.ts';
import { synth } from './synth.ts';
import { buildTree, type Tree } from './tree.ts';
import type { Judged } from './validate/expressions/judge.ts';
import { usesExpressions } from './validate/expressions/uses.ts';
import { withoutSecrets } from './validate/secrets/mask.ts';
import { findSecrets, judgeSecrets, secretsOf } from './validate/secrets/secrets.ts';
import { validate } from './validate/validate.ts';

/** The rendered tree, or what is wrong with it. */
export interface Compiled extends Checked<RenderedTree | undefined> {
  /**
   * Where expressions in CEL stand among the objects: gives the result with what they say, too. What evaluates them is large, so
   * that only these environments pay for loading it.
   */
  readonly withExpressions?: (judge: (judged: Judged) => readonly Diagnostic[]) => Checked<RenderedTree | undefined>;
  /** The line that makes the object of a construct, as far as the charts could be built; undefined for a construct that makes none. */
  readonly placeOf?: (construct: string) => Place | undefined;
  /** Where something is included that other programs render: nothing else is told before they have. */
  readonly pending?: Pending<Compiled>;
}

/**
 * Compiles an environment to its rendered tree, or to what is wrong with it: all of it, as far as each pass can go on with
 * what the one before found. Pure: equal input gives equal bytes, whatever the clock, the machine or the order of things.
 */
export function compile(environment: Environment, given: Given): Compiled {
  const { value: resolved, diagnostics } = resolve(environment, given);
  if (resolved === undefined) return { value: undefined, diagnostics: withoutSecrets(diagnostics, new Map()) };
  const going = whenRendered(buildTree(resolved, given), resolved, (tree) =>
    compileTree(tree.value, { resolved, given, before: [...diagnostics, ...tree.diagnostics] }),
  );
  return 'pending' in going ? { value: undefined, diagnostics: [], ...going } : going;
}

/** What is known of an environment when its constructs are there. */
interface Built {
  readonly resolved: ResolvedEnvironment;
  readonly given: Given;
  /** What was found on the way. */
  readonly before: readonly Diagnostic[];
}

function compileTree(constructs: Tree, { resolved, given, before }: Built): Compiled {
  const found: Diagnostic[] = [...before];
  const keep = <T>({ value, diagnostics }: Checked<T>): T => {
    found.push(...diagnostics);
    return value;
  };
  const { name, cluster, kubernetes, policies, at } = resolved;

  const synthesized = keep(synth(constructs, given.root));
  // What an error kept from being made would be told as missing wherever it is named.
  const outside = hasErrors(found) ? undefined : resolved;
  const pinning = { lock: given.lock, environment: name, fields: resolved.images };
  const pinned = keep(pin(synthesized, pinning));
  const images = imagesIn(synthesized, resolved.images);
  found.push(...unsignedPins(images, { rules: resolved.signatures, lock: given.lock, environment: name }));
  found.push(...fieldsWithoutImages(synthesized, resolved.images));
  const kinds = kindsServed(pinned.map(({ manifest }) => manifest));
  const settled = leaveReplicas(settle(pinned, kinds));
  found.push(...validate(settled, kinds, { kubernetes, outside }));
  const leaks = findSecrets(settled);
  found.push(...judgeSecrets(leaks, resolved));
  found.push(...judgeReplacing(settled));
  found.push(...judgeHandOvers(settled, resolved));
  found.push(...enforce(settled, { policies, env: { name, cluster, kubernetes, locksImages: true }, at, root: given.root }));
  const ordered = keep(order(keep(placeHooks(settled, kinds))));
  const tree = keep(render(ordered, resolved, kinds));

  const concluded = (more: readonly Diagnostic[]): Checked<RenderedTree | undefined> => {
    const all = [...found, ...more];
    const failed = hasErrors(all);
    if (!failed)
      all.push(
        ...unusedPins(images, pinning),
        ...unusedRules(resolved.upgrades, images, 'upgrade-unused'),
        ...unusedRules(resolved.signatures, images, 'signature-unused'),
        ...unusedAdoptions(settled, resolved),
        ...unusedHealth(settled, resolved.health),
        ...unusedOwners(settled, resolved.ownedSlices),
      );
    return { value: failed ? undefined : tree, diagnostics: withoutSecrets(all, secretsOf(leaks)) };
  };
  const withExpressions: Compiled['withExpressions'] = (judge) =>
    concluded(judge({ drafts: settled, kinds, kubernetes, health: resolved.health }));
  const isUsed = resolved.health.length > 0 || usesExpressions(settled.map(({ manifest }) => manifest));
  const placeOf = (path: string): Place | undefined => synthesized.find(({ construct }) => construct === path)?.place();
  return { ...concluded([]), ...(isUsed ? { withExpressions } : {}), placeOf };
}
