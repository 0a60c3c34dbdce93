import { highest, isAdmitted, isComparable, isHigher } from './tags.ts';
import type { UpgradeRule } from './upgrades.ts';

/** What is known where a tag is chosen for an image. */
export interface Choosing {
  /** As charts write it. */
  readonly image: string;
  /** The tag that charts write. */
  readonly own: string;
  /** Tags that stand in, by the lock: for this image, or for another tag of its repository that charts no longer write. */
  readonly held: readonly string[];
  readonly isPinned: boolean;
  readonly upgrade: UpgradeRule | undefined;
  /** Those of the repository; undefined where the image is not to be upgraded. */
  readonly tags: readonly string[] | undefined;
}

/** The tag that stands in for the one that charts write, and why there is none where one could be expected. */
export interface Choice {
  readonly tag: string | undefined;
  /** Whether it has not stood in before: it was found among those of the repository. */
  readonly isNewer?: boolean;
  readonly note?: { readonly message: string; readonly help: string };
}

/**
 * Chooses the tag that stands in for the one that charts write. What stands in stays, as long as the author's word does not speak
 * against it: a tag of the author's own that is higher, or a rule that does not admit it.
 */
export function chooseTag({ image, own, held, isPinned, upgrade, tags }: Choosing): Choice {
  const rule = upgrade?.value.rule;
  const [first] = held;
  if (upgrade === undefined || rule === undefined) return { tag: isPinned ? first : undefined };
  const { text } = upgrade.value;
  if (!isAdmitted(rule, own)) {
    if (first === undefined && tags === undefined) return { tag: undefined };
    const why = isComparable(rule, own)
      ? `is not among what \`${text}\` admits`
      : `is no version, of which \`${text}\` could admit a higher one`;
    return overruled(`\`${image}\` stays as it is: its tag ${why}`, `change the tag in the chart, or the entry \`${upgrade.key}\``);
  }
  const standing = held.filter((tag) => isAdmitted(rule, tag) && isHigher(rule, tag, own));
  const stays = standing.find((tag) => standing.every((other) => !isHigher(rule, other, tag)));
  const newer = tags === undefined ? undefined : highest(rule, stays ?? own, tags);
  if (newer !== undefined) return { tag: newer, isNewer: true };
  if (stays !== undefined || first === undefined) return { tag: stays };
  const why = isAdmitted(rule, first) ? 'is not higher' : `is not among what \`${text}\` admits`;
  const help = 'look for a newer one: `lockstep pin --upgrade`';
  return overruled(`\`${image}\` is pinned by its own tag: \`${first}\`, which stood in, ${why}`, help);
}

function overruled(message: string, help: string): Choice {
  return { tag: undefined, note: { message, help } };
}
