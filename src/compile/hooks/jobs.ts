import { writeYaml } from '../../codec/yaml-write.ts';
import { isObject, numberAt } from '../../model/json.ts';
import { type Manifest, refOf } from '../../model/manifest.ts';
import { formatGroupKind } from '../../model/ref.ts';
import { sha256Of } from '../../model/sha256.ts';
import type { Draft } from '../draft.ts';
import { membersAmong } from './members.ts';

/** Names of Jobs become a label of their pods, which takes this much. */
const maxName = 63;

/** How many seconds a hook may take of which nobody says it: longer than most migrations, and no night. */
const usualDeadline = 1_800;

/** Whether the object of a draft is a Job. */
export function isJobDraft({ manifest }: Draft): boolean {
  return formatGroupKind(refOf(manifest)) === 'Job.batch';
}

/**
 * The drafts with Jobs as they are rendered: named after their content, so that one runs again when that changes and only then. The
 * content of a hook is also all else that it is a hook of, unless it says otherwise; and a hook ends some time.
 */
export function settleJobs(drafts: readonly Draft[]): readonly Draft[] {
  const bounded = drafts.map((draft) => (isJobDraft(draft) && draft.hook !== undefined ? withDeadline(draft) : draft));
  const members = membersAmong(bounded);
  return bounded.map((draft) => {
    if (!isJobDraft(draft)) return draft;
    const all = draft.hook?.once === 'chart' ? members.of(draft) : [];
    return { ...draft, manifest: namedBy(draft.manifest, [draft, ...all.filter((other) => other !== draft)]) };
  });
}

function withDeadline(draft: Draft): Draft {
  const { manifest, rules, hook } = draft;
  const own = numberAt(manifest, 'spec', 'activeDeadlineSeconds');
  const seconds = hook?.deadline ?? own ?? usualDeadline;
  const { spec } = manifest;
  const bounded = isObject(spec) ? { ...manifest, spec: { activeDeadlineSeconds: seconds, ...spec } } : manifest;
  return {
    ...draft,
    manifest: bounded,
    rules: { ...rules, deadline: rules.deadline ?? seconds, ...(hook?.when === 'failure' ? { when: hook.when } : {}) },
  };
}

function namedBy(manifest: Manifest, content: readonly Draft[]): Manifest {
  const suffix = `-${sha256Of(content.map((one) => writeYaml(one.manifest)).join('---\n')).slice(0, 8)}`;
  const name = `${manifest.metadata.name.slice(0, maxName - suffix.length).replace(/[.-]+$/, '')}${suffix}`;
  return { ...manifest, metadata: { ...manifest.metadata, name } };
}
