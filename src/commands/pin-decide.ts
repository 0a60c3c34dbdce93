import type { ImagesOf } from '../compile/images.ts';
import {
  changesOf,
  fitsImage,
  type PassedOver,
  type PassedTag,
  type PinPlan,
  planPins,
  repinned,
  standing,
  type Tags,
  upgradable,
} from '../compile/repin.ts';
import { unverified, withSignatures } from '../compile/signatures/pins.ts';
import type { Failure } from '../model/failure.ts';
import type { IncludedChange, Lockfile, PinChange } from '../model/lockfile.ts';
import type { PinOptions } from './pin.ts';
import type { Archive } from './pin-included.ts';
import { type Asking, askForTags, openImageQuestions } from './registries.ts';
import { openVerifier } from './signatures.ts';

/** An environment with its lock and the images that need a place in it. */
export interface Locked {
  readonly name: string;
  readonly lock: Lockfile;
  /** What the lock was read from; undefined when there is none yet. */
  readonly text: string | undefined;
  readonly images: readonly string[];
  readonly upgrades: ImagesOf['upgrades'];
  readonly signatures: ImagesOf['signatures'];
  /** What has changed of what is included. The lock holds it already. */
  readonly included: readonly IncludedChange[];
  /** The archives of charts in the project that it needs, and those that the lock named before. */
  readonly archives: readonly string[];
  readonly left: readonly Archive[];
}

/** What becomes of the lock of an environment. */
export interface Decided extends Locked {
  readonly plan: PinPlan;
  /** What registries did not answer: of what is not whole, nothing is decided. */
  readonly unanswered: readonly Failure[];
  readonly changes: readonly PinChange[];
  readonly after: Lockfile;
  /** Of images that would have to be signed and are not. */
  readonly unsigned: readonly Failure[];
}

/** What is decided of environments, and why some of them were not even begun with. */
export interface Decisions {
  readonly decided: readonly Decided[];
  readonly failed: readonly { readonly name: string; readonly failure: Failure }[];
}

type Choice = Pick<PinOptions, 'check' | 'image' | 'upgrade'>;

/** Asks registries what environments need to know, and decides what becomes of their locks. */
export async function decidePins(asking: Asking, locked: readonly Locked[], options: Choice): Promise<Decisions> {
  const { image: names, upgrade } = options;
  // Where something is to be upgraded, the tags that there are come first.
  const wanted = locked.map((one) => (upgrade ? upgradable({ ...one, names }) : []));
  const tags = await askForTags(asking, wanted.flat());
  const outcomes = locked.map((one, i) => ({ one, failures: (wanted[i] ?? []).flatMap((name) => tags.failed.get(name) ?? []) }));
  const ground = {
    options,
    ask: openImageQuestions(asking),
    verify: openVerifier(asking),
    tags: upgrade ? tags.found : undefined,
  };
  const ready = outcomes.flatMap(({ one, failures }) => (failures.length === 0 ? [{ ...one, passedOver: new Map() }] : []));
  return {
    decided: await decide(ground, ready),
    failed: outcomes.flatMap(({ one: { name }, failures }) => failures.map((failure) => ({ name, failure }))),
  };
}

/** What is asked by; each thing once. */
interface Ground {
  readonly options: Choice;
  readonly ask: ReturnType<typeof openImageQuestions>;
  readonly verify: ReturnType<typeof openVerifier>;
  readonly tags: Tags | undefined;
}

interface Passing extends Locked {
  readonly passedOver: PassedOver;
}

/**
 * Decides for each environment; once more for those of which a newer tag is none of an image, or would have to be signed and is not: it is
 * passed over, and holds nothing else back.
 */
async function decide(ground: Ground, ready: readonly Passing[]): Promise<readonly Decided[]> {
  const { ask, verify, tags, options } = ground;
  const { image: names, check } = options;
  const planned = ready.map((one) => ({ ...one, plan: planPins({ ...one, names, isCheck: check, tags }) }));
  const references = planned.flatMap(({ plan }) => plan.ask.map(({ reference }) => reference));
  const { found, failed } = await ask(references, standing(planned));
  const asked = planned.map((one) => {
    const changes = changesOf(one.plan, found, one.lock);
    const unanswered = one.plan.ask.flatMap(({ reference }) => failed.get(reference) ?? []);
    return { ...one, unfit: unfitIn(one.plan, failed), unanswered, changes, after: repinned(one.lock, changes, found) };
  });
  const verified = await verify(
    asked.map(({ unanswered, signatures: rules, lock, after, plan, ...one }) => {
      const images = unanswered.length > 0 ? [] : one.images.filter((image) => isNamed(names, image));
      return unverified({ rules, images, lock, after, upgraded: upgradedIn(plan) }, check);
    }),
  );
  const decided = asked.map((one, i) => {
    const { signed = new Map(), failed: unsigned = [], unfit = [] } = verified[i] ?? {};
    return { one: { ...one, ...withSignatures(one, signed), unsigned }, passedOver: passOver(one.passedOver, [...one.unfit, ...unfit]) };
  });
  const again = decided.flatMap(({ one, passedOver }) => (passedOver === one.passedOver ? [] : [{ ...one, passedOver }]));
  const later = again.length === 0 ? [] : await decide(ground, again);
  return decided.map(({ one }) => later.find(({ name }) => name === one.name) ?? one);
}

function isNamed(names: readonly string[], image: string): boolean {
  return names.length === 0 || names.some((name) => fitsImage(name, image));
}

/** The images for which a newer tag is to stand in, and that tag. */
function upgradedIn({ ask }: PinPlan): ReadonlyMap<string, string> {
  return new Map(ask.flatMap(({ image, tag, isNewer }) => (isNewer && tag !== undefined ? [[image, tag]] : [])));
}

/** What a registry says of a tag that it lists, where that is no image: a Helm chart beside it, or what was deleted since. */
const noImage: readonly Failure['code'][] = ['image-unknown', 'image-unsupported'];

/** The images for which a newer tag cannot stand in, since it is none of an image. */
function unfitIn({ ask }: PinPlan, failed: ReadonlyMap<string, Failure>): readonly Unfit[] {
  return ask.flatMap(({ image, tag, isNewer, reference }): readonly Unfit[] => {
    const failure = failed.get(reference);
    const isUnfit = isNewer && tag !== undefined && failure !== undefined && noImage.includes(failure.code);
    return isUnfit ? [[image, { tag, why: failure.message }]] : [];
  });
}

type Unfit = readonly [image: string, passed: PassedTag];

function passOver(before: PassedOver, unfit: readonly Unfit[]): PassedOver {
  if (unfit.length === 0) return before;
  return new Map([...before, ...unfit.map(([image, passed]) => [image, [...(before.get(image) ?? []), passed]] as const)]);
}
