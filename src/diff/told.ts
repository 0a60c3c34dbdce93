import { type Json, pointer, sameJson } from '../model/json.ts';
import { keyOf, type ObjectRef } from '../model/ref.ts';
import { podPath } from '../schema/pods.ts';
import { fieldsOf, type ObjectChange, sidesOf } from './compare.ts';
import type { Consequence } from './consequence.ts';
import type { FieldChange } from './fields.ts';
import { type Hiding, type Shown, shownOf } from './hide.ts';
import { consequencesOf } from './judge.ts';
import { placeOf } from './place.ts';
import type { Scene } from './scene.ts';
import type { ComparedTree } from './tree.ts';

/** One difference of an object as it is told: without secrets. */
export interface ToldField {
  /** `order`: the items of a list stand in another order. */
  readonly op: FieldChange['op'];
  /** For people: `spec.template.spec.containers[web].image`. */
  readonly place: string;
  /** A JSON pointer (RFC 6901) into the object after, or into the object before where it is removed. */
  readonly pointer: string;
  /** The values before and after. A secret in them is `…`. */
  readonly before?: Json;
  readonly after?: Json;
  /** Set where the values differ in nothing that may be shown. */
  readonly hidden?: true;
  /**
   * Set where something else tells it already: the image that a consequence names, or the name of an object that has another digest in its
   * name.
   */
  readonly elsewhere?: true;
}

/** What becomes of an object, as it is told. */
export interface ToldChange {
  readonly op: ObjectChange['op'];
  readonly object: ObjectRef;
  /** What it was called before, of a rename. */
  readonly from?: ObjectRef;
  /** Whether, of a rename, only the digest of the content in the name is another one. */
  readonly hashed?: true;
  readonly chart: string;
  /** The slice of the environment that it belongs to; '' is what nobody owns. */
  readonly slice: string;
  /** Worst first; at least one. */
  readonly consequences: readonly Consequence[];
  readonly fields: readonly ToldField[];
}

/** Tells changes, in their order. `hiding` knows secrets. */
export function tellChanges(changes: readonly ObjectChange[], scene: Scene, hiding: Hiding): readonly ToldChange[] {
  const followed = new Map(changes.flatMap((one) => (one.op === 'rename' && one.isHashed ? [[one.from.name, one.ref.name] as const] : [])));
  const [before, after] = [placesIn(scene.before), placesIn(scene.after)];
  return changes.map((change): ToldChange => {
    const sides = shownSides(change, hiding);
    const place = after.get(keyOf(change.ref)) ?? before.get(keyOf(change.ref)) ?? { chart: '', slice: '' };
    return {
      op: change.op,
      object: change.ref,
      ...(change.op === 'rename' ? { from: change.from, ...(change.isHashed ? { hashed: true } : {}) } : {}),
      ...place,
      consequences: consequencesOf(change, scene).map(({ type, message }) => ({ type, message: sides.hide(message) })),
      fields: tellSides(change, sides, followed),
    };
  });
}

/** Tells the fields of one change alone. */
export function tellFields(change: ObjectChange, hiding: Hiding): readonly ToldField[] {
  return tellSides(change, shownSides(change, hiding), new Map());
}

/** What may be shown of an object before and after, and of texts about it. */
interface ShownSides {
  readonly was: Shown | undefined;
  readonly now: Shown | undefined;
  readonly hide: (text: string) => string;
}

function shownSides(change: ObjectChange, hiding: Hiding): ShownSides {
  const sides = sidesOf(change);
  const [was, now] = [sides.before, sides.after].map((side) => (side === undefined ? undefined : shownOf(side, hiding)));
  return { was, now, hide: (text) => [was, now].reduce((left, side) => side?.text(left) ?? left, text) };
}

function tellSides(change: ObjectChange, sides: ShownSides, followed: ReadonlyMap<string, string>): readonly ToldField[] {
  return shownFields(change).map((field) =>
    tellField(field, { ...sides, followed, isSecret: isOfSecret(change, field), isImage: isImageOf(change, field) }),
  );
}

type Place = Pick<ToldChange, 'chart' | 'slice'>;

function placesIn({ index }: ComparedTree): ReadonlyMap<string, Place> {
  return new Map(index.objects.map(({ ref, path, slice }) => [keyOf(ref), { chart: path.slice(0, path.lastIndexOf('/')), slice }]));
}

/** That a rename has another name is told by itself. */
function shownFields(change: ObjectChange): readonly FieldChange[] {
  if (change.op !== 'rename') return fieldsOf(change);
  return change.fields.filter(({ path }) => path[0] !== 'metadata' || (path[1] !== 'name' && path[1] !== 'namespace'));
}

function isOfSecret({ ref }: ObjectChange, { path }: FieldChange): boolean {
  return ref.group === '' && ref.kind === 'Secret' && ['data', 'stringData'].includes(String(path[0]));
}

/** Whether a field is the image of a container that stays. */
function isImageOf({ ref }: ObjectChange, { path }: FieldChange): boolean {
  const pod = podPath(ref);
  const [spec, list, , field, ...rest] = pod === undefined ? [] : path.slice(pod.length);
  return spec === 'spec' && (list === 'containers' || list === 'initContainers') && field === 'image' && rest.length === 0;
}

interface About extends ShownSides {
  readonly followed: ReadonlyMap<string, string>;
  readonly isSecret: boolean;
  readonly isImage: boolean;
}

function tellField(field: FieldChange, { was, now, hide, followed, isSecret, isImage }: About): ToldField {
  const { op, path, steps } = field;
  const where = { op, place: hide(placeOf(steps)), pointer: hide(pointer(path)) };
  if (isSecret) return { ...where, hidden: true };
  if (op === 'order') return where;
  const before = op === 'add' ? undefined : was?.at(field.was);
  const after = op === 'remove' ? undefined : now?.at(path);
  if (op === 'replace' && sameJson(before, after)) return { ...where, hidden: true };
  const isFollowing = op === 'replace' && typeof field.before === 'string' && followed.get(field.before) === field.after;
  const isElsewhere = isFollowing || (isImage && op === 'replace');
  return {
    ...where,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(isElsewhere ? { elsewhere: true } : {}),
  };
}
