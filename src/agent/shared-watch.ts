import { partOfLabel } from '../model/applyset.ts';
import { refOf } from '../model/manifest.ts';
import { keyOf, type ObjectKey } from '../model/ref.ts';
import type { Clock, Cluster, WatchEvent, WatchOptions } from '../ports.ts';
import { lateLists } from './late-lists.ts';
import { openWatchQueue, type WatchQueue } from './watch-queue.ts';

/** What a shared watch is made with. */
export interface SharedWatchPorts {
  readonly cluster: Pick<Cluster, 'list' | 'watch'>;
  readonly clock: Clock;
}

/** One watch of the objects of all ApplySets, told on to those who want to know of one set. */
export interface SharedWatch {
  /** Tells of the objects of the set `id` from now on: all that there are, then what changes. */
  join(id: string): Membership;
}

/** When to end a shared watch, besides when its last member leaves, and whom to tell that it has: it must not be joined any more. */
export interface SharedWatchEnd {
  readonly signal: AbortSignal;
  readonly onEnd: () => void;
}

/** Somebody's part in a shared watch. */
export interface Membership {
  readonly queue: WatchQueue;
  /** Ends it; can be called again. */
  leave(): void;
}

/** Somebody who is told of one set. */
interface Member {
  readonly queue: WatchQueue;
  /**
   * Whoever comes when the objects were told already has them listed. What the watch says of them meanwhile comes afterwards: it may be
   * newer than the list, and what is older is followed by what is newer. Undefined for whoever was told all that there is.
   */
  early: Map<ObjectKey, WatchEvent> | undefined;
  /** Ends the list. */
  catching: AbortController | undefined;
}

/** The members of one set. */
interface Group {
  readonly id: string;
  readonly members: Set<Member>;
}

type About<T extends WatchEvent['type']> = Extract<WatchEvent, { readonly type: T }>;
type Standing = About<'listing' | 'listed' | 'lost'>;

/** What a shared watch knows. */
interface Audience {
  readonly groups: Map<string, Group>;
  /** Which set an object was seen in last: where it goes over to another one, nobody else says that it left. */
  readonly seenIn: Map<ObjectKey, Group>;
  /** What is not named yet by the listing that goes on. */
  unnamed: Set<ObjectKey>;
  /** How the watch stands; undefined before it said anything. */
  standing: Standing | undefined;
}

/** Begins to watch. The selector of `options` is not looked at. */
export function openSharedWatch(ports: SharedWatchPorts, options: WatchOptions, { signal, onEnd }: SharedWatchEnd): SharedWatch {
  const stop = new AbortController();
  const audience: Audience = { groups: new Map(), seenIn: new Map(), unnamed: new Set(), standing: undefined };
  const list = lateLists(ports, options);
  const catchUp = ({ id }: Group, member: Member): void => {
    member.catching = new AbortController();
    const meanwhile = () => {
      const { early } = member;
      member.early = undefined;
      return early;
    };
    list({ id, queue: member.queue, signal: member.catching.signal, meanwhile });
  };
  const follow = async (): Promise<void> => {
    const ended = AbortSignal.any([signal, stop.signal]);
    for await (const event of ports.cluster.watch({ ...options, selector: partOfLabel }, ended)) {
      if ('object' in event) tellOfObject(audience, event);
      else tellOfWatch(audience, event, catchUp);
    }
  };
  const end = (thrown?: { readonly error: unknown }): void => {
    for (const member of membersOf(audience)) leave(member, thrown);
    onEnd();
  };
  follow().then(
    () => end(),
    (error: unknown) => end({ error }),
  );

  return {
    join(id) {
      const { standing } = audience;
      const group = groupFor(audience, id);
      const isLate = standing?.type === 'listing' || standing?.type === 'listed';
      const member: Member = { queue: openWatchQueue(), early: isLate ? new Map() : undefined, catching: undefined };
      group.members.add(member);
      if (standing?.type === 'lost') member.queue.push(standing);
      if (standing?.type === 'listed') catchUp(group, member);
      return {
        queue: member.queue,
        leave() {
          leave(member);
          if (!group.members.delete(member) || membersOf(audience).length > 0) return;
          stop.abort();
          onEnd();
        },
      };
    },
  };
}

function groupFor({ groups }: Audience, id: string): Group {
  const group = groups.get(id) ?? { id, members: new Set() };
  groups.set(id, group);
  return group;
}

function membersOf({ groups }: Audience): readonly Member[] {
  return [...groups.values()].flatMap(({ members }) => [...members]);
}

function tellOfObject(audience: Audience, event: About<'present' | 'absent'>): void {
  const { seenIn, unnamed } = audience;
  const key = keyOf(refOf(event.object));
  const id = event.object.metadata.labels?.[partOfLabel];
  const before = seenIn.get(key);
  const now = event.type === 'present' && id !== undefined ? groupFor(audience, id) : undefined;
  unnamed.delete(key);
  if (now === undefined) seenIn.delete(key);
  else seenIn.set(key, now);
  if (before !== now) for (const member of before?.members ?? []) tell(member, { type: 'absent', object: event.object });
  for (const member of now?.members ?? []) tell(member, event);
}

function tellOfWatch(audience: Audience, event: Standing, catchUp: (group: Group, member: Member) => void): void {
  const { groups, seenIn, unnamed } = audience;
  if (event.type === 'listed') for (const key of unnamed) seenIn.delete(key);
  audience.unnamed = new Set(event.type === 'listing' ? seenIn.keys() : []);
  audience.standing = event;
  for (const group of groups.values()) {
    for (const member of group.members) {
      // Whoever lists before the end of this listing may see what is older: then nobody would tell what went between the two.
      if (event.type === 'listed' && member.early !== undefined) catchUp(group, member);
      else begin(member, event);
    }
  }
}

function leave({ queue, catching }: Member, thrown?: { readonly error: unknown }): void {
  catching?.abort();
  queue.end(thrown);
}

function tell({ queue, early }: Member, event: About<'present' | 'absent'>): void {
  if (early === undefined) queue.push(event);
  else early.set(keyOf(refOf(event.object)), event);
}

/** Tells how the watch stands. Where it lists anew, nobody has to list by itself. */
function begin(member: Member, event: Standing): void {
  if (event.type !== 'listed') member.catching?.abort();
  if (event.type === 'listing') member.early = undefined;
  member.queue.push(event);
}
