import type { Diagnostic } from '../model/diagnostic.ts';
import { parseImage, repositoryOf } from '../model/image.ts';
import { type Lockfile, type Pin, type PinChange, pinOf } from '../model/lockfile.ts';
import { compareText } from '../model/ref.ts';
import { ruleFor, wholeName } from './repositories.ts';
import { type Choice, chooseTag } from './stand-in.ts';
import { isAdmitted } from './tags.ts';
import type { UpgradeRule } from './upgrades.ts';
import { quotedList } from './wording.ts';

/** What is to be done with the pins of an environment. */
export interface PinPlan {
  /** What registries are asked for, sorted by image. */
  readonly ask: readonly Asked[];
  /** Pins that nothing uses. */
  readonly unused: readonly string[];
  /** Where an author's tag wins over one that stands in for it, or that could. */
  readonly notes: readonly Pick<Diagnostic, 'code' | 'severity' | 'message' | 'help'>[];
}

/** An image that a registry is asked for. */
export interface Asked {
  /** As charts write it. */
  readonly image: string;
  /** The tag that stands in for the one that charts write; undefined where none does. */
  readonly tag: string | undefined;
  /** Whether that tag has not stood in before. */
  readonly isNewer: boolean;
  /** What is asked for: the image with that tag. */
  readonly reference: string;
}

/** Which pins are wanted anew. */
export interface PinRequest {
  /** The images that the environment uses. */
  readonly images: readonly string[];
  readonly lock: Lockfile;
  /** Only these, and these also where they are pinned; none is all that are not pinned yet. */
  readonly names: readonly string[];
  /** All of them, also those that are pinned: whether their tags have moved. */
  readonly isCheck: boolean;
  readonly upgrades: readonly UpgradeRule[];
  /** The tags that there are, by repository with its registry; undefined where nothing is to be upgraded. */
  readonly tags: Tags | undefined;
  readonly passedOver?: PassedOver;
}

/** Newer tags that cannot stand in, by image: the highest first. */
export type PassedOver = ReadonlyMap<string, readonly PassedTag[]>;

/** A newer tag that cannot stand in. */
export interface PassedTag {
  readonly tag: string;
  /** Why it is none of an image, a clause; undefined where it would have to be signed and is not. */
  readonly why?: string;
}

/** Tags that are passed over for one image, at most: then nothing is newer. Whoever has not signed so many signs none of them. */
const maxPassedOver = 10;

/** Tags that registries have, by repository with its registry: `docker.io/library/nginx`. */
export type Tags = ReadonlyMap<string, readonly string[]>;

/** The repositories, with their registries, that are asked for their tags before anything can be upgraded. */
export function upgradable({ images, names, upgrades }: Pick<PinRequest, 'images' | 'names' | 'upgrades'>): readonly string[] {
  const found = images.flatMap((image) => {
    const rule = ruleFor(upgrades, image)?.value.rule;
    const { repository, tag = '' } = parseImage(image) ?? {};
    const isWanted = rule !== undefined && isNamed(names, image) && isAdmitted(rule, tag);
    return isWanted && repository !== undefined ? [wholeName(repository)] : [];
  });
  return [...new Set(found)];
}

/** Decides what is asked and what is dropped: what is pinned stays as it is unless it is named, since a pin was reviewed. */
export function planPins(request: PinRequest): PinPlan {
  const { images, lock, names, isCheck, tags, passedOver } = request;
  const unused = Object.keys(lock.images)
    .filter((image) => !images.includes(image))
    .sort(compareText);
  const chosen = images.filter((image) => isNamed(names, image)).map((image) => ({ image, choice: choiceFor(image, request, unused) }));
  return {
    ask: chosen.flatMap(({ image, choice: { tag, isNewer = false } }): readonly Asked[] => {
      const pin = pinOf(lock, image);
      const isAnew = isCheck || (names.length > 0 && tags === undefined) || pin === undefined || pin.tag !== tag;
      return isAnew ? [{ image, tag, isNewer, reference: withTag(image, tag) }] : [];
    }),
    unused: names.length > 0 ? [] : unused,
    notes: [
      ...chosen.flatMap(({ choice: { note } }): PinPlan['notes'] =>
        note ? [{ code: 'upgrade-overruled', severity: 'note', ...note }] : [],
      ),
      ...[...(passedOver ?? [])].flatMap(passedNotes),
    ],
  };
}

function passedNotes([image, passed]: readonly [string, readonly PassedTag[]]): PinPlan['notes'] {
  const unsigned = passed.filter(({ why }) => why === undefined);
  const message = (tags: readonly PassedTag[], why: string): string => {
    return `\`${image}\` is not upgraded to ${quotedList(tags.map(({ tag }) => tag))}: ${why}`;
  };
  return [
    ...passed.flatMap((one): PinPlan['notes'] => {
      if (one.why === undefined) return [];
      const help = 'nothing has to be done; a regular expression in `upgrades` can leave such tags out';
      return [{ code: 'upgrade-unfit', severity: 'note', message: message([one], one.why), help }];
    }),
    ...(unsigned.length === 0 ? [] : [unsignedNote(message(unsigned, 'nobody has signed that as `signatures` asks for'))]),
  ];
}

function unsignedNote(message: string): PinPlan['notes'][number] {
  const help = 'sign what is to be used: `cosign sign --key cosign.key <repository>@<digest>`';
  return { code: 'upgrade-unsigned', severity: 'warning', message, help };
}

function choiceFor(image: string, { lock, names, upgrades, tags, passedOver }: PinRequest, unused: readonly string[]): Choice {
  const { repository = '', tag: own = '' } = parseImage(image) ?? {};
  const upgrade = ruleFor(upgrades, image);
  const pin = pinOf(lock, image);
  // A chart that writes another tag of the repository than before: what stood in for the old one may still be newer.
  const others = unused.filter((one) => wholeName(repositoryOf(one)) === wholeName(repository));
  const held = pin === undefined ? others.flatMap((one) => pinOf(lock, one)?.tag ?? []) : [pin.tag ?? []].flat();
  // A pin was reviewed, and so was what stands in: a hotfix or a way back that somebody promoted, too.
  if (pin !== undefined && tags === undefined && names.length === 0) return { tag: pin.tag };
  // What the rule does not admit is not asked for, and is told.
  const passed = passedOver?.get(image) ?? [];
  const listed = passed.length < maxPassedOver ? (tags?.get(wholeName(repository)) ?? []) : [];
  const there = tags && listed.filter((tag) => !passed.some((one) => one.tag === tag));
  return chooseTag({ image, own, held, isPinned: pin !== undefined, upgrade, tags: there });
}

function withTag(image: string, tag: string | undefined): string {
  return tag === undefined ? image : `${repositoryOf(image)}:${tag}`;
}

function isNamed(names: readonly string[], image: string): boolean {
  return names.length === 0 || names.some((name) => fitsImage(name, image));
}

/** Whether `name` means `image`: as it is written, without its tag, or the end of that after a slash; `*` is anything. */
export function fitsImage(name: string, image: string): boolean {
  const repository = repositoryOf(image);
  const pattern = name.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return [image, repository].some((text) => new RegExp(`^(?:.*/)?${pattern}$`, 's').test(text));
}

/** What a registry said of an image, and when. */
export type FoundPin = Required<Pick<Pin, 'digest' | 'platforms' | 'pinned'>>;

/** What registries said, by reference. */
export type Found = ReadonlyMap<string, FoundPin>;

/** The pins that registries need only confirm, by reference: where all that ask for it have the same one. */
export function standing(planned: readonly { readonly plan: PinPlan; readonly lock: Lockfile }[]): Found {
  const asked = planned.flatMap(({ plan, lock }) =>
    plan.ask.map(({ image, tag, reference }) => ({ reference, tag, pin: pinOf(lock, image) })),
  );
  const found = new Map<string, FoundPin | undefined>();
  for (const { reference, tag, pin } of asked) {
    const { digest, platforms = [], pinned = '' } = pin ?? {};
    const isOne = digest !== undefined && pin?.tag === tag && (!found.has(reference) || found.get(reference)?.digest === digest);
    found.set(reference, isOne ? { digest, platforms, pinned } : undefined);
  }
  return new Map([...found].flatMap(([reference, pin]) => (pin === undefined ? [] : [[reference, pin]])));
}

/** What has changed by what registries said, sorted by image. */
export function changesOf({ ask, unused }: Pick<PinPlan, 'ask' | 'unused'>, found: Found, lock: Lockfile): readonly PinChange[] {
  const asked = ask.flatMap(({ image, tag, reference }): readonly PinChange[] => {
    const pin = found.get(reference);
    if (pin === undefined) return [];
    const before = pinOf(lock, image);
    const isSame = before?.digest === pin.digest && before.tag === tag;
    const isUpgrade = tag !== undefined && tag !== before?.tag;
    const status = before === undefined ? 'new' : isSame ? 'same' : isUpgrade ? 'upgraded' : 'moved';
    return [{ image, status, tag, wasTag: before?.tag, digest: pin.digest, was: before?.digest, platforms: pin.platforms }];
  });
  const dropped = unused.map((image): PinChange => {
    const pin = lock.images[image];
    return { image, status: 'unused', wasTag: pin?.tag, digest: undefined, was: pin?.digest, platforms: pin?.platforms ?? [] };
  });
  return [...asked, ...dropped].toSorted((a, b) => compareText(a.image, b.image));
}

/** The lock after `changes`. A pin of the same digest keeps the day that it was made. */
export function repinned(lock: Lockfile, changes: readonly PinChange[], found: Found): Lockfile {
  const dropped = new Set(changes.filter(({ status }) => status === 'unused').map(({ image }) => image));
  const kept = Object.entries(lock.images).filter(([image]) => !dropped.has(image));
  const anew = changes.flatMap(({ image, status, tag }): readonly (readonly [string, Pin])[] => {
    const pin = status === 'same' || status === 'unused' ? undefined : found.get(withTag(image, tag));
    return pin === undefined ? [] : [[image, { ...pin, ...(tag === undefined ? {} : { tag }) }]];
  });
  return { ...lock, images: Object.fromEntries([...kept, ...anew]) };
}
