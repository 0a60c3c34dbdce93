import { compareText } from './ref.ts';
import type { RenderedFile } from './rendered.ts';

/** The file that forges read at the root of a branch: who reviews what. In a folder of a shared branch it says so of that folder. */
export const ownersPath = 'CODEOWNERS';

const readmeText = `# Environments

Each folder is what one environment is in its cluster, and is generated: its own README says from what. Do not edit anything here; the next
publish stops at a change that was made by hand.

Proposals are made on \`environments/<name>-next\`. Merging one is deploying that environment.
`;

const attributes = '**/README.md linguist-generated=true\n**/hydrator.metadata linguist-generated=true\n';

const ownersHead = `# Who reviews what in this branch. Lockstep makes it of the files \`*/${ownersPath}\`, and those of \`rendered: { owners }\`: change it there.`;

/** What stands beside the folders of a branch that environments share, by the owners that each folder tells, by folder. */
export function besideFolders(owners: ReadonlyMap<string, string>): readonly RenderedFile[] {
  const rules = rulesOf(owners);
  return [
    { path: 'README.md', text: readmeText },
    { path: '.gitattributes', text: attributes },
    ...(rules.length === 0 ? [] : [{ path: ownersPath, text: `${ownersHead}\n\n${rules.map((rule) => `${rule}\n`).join('')}` }]),
  ];
}

/** The names of the files that may stand beside the folders. */
export const besidePaths: ReadonlySet<string> = new Set(['README.md', '.gitattributes', ownersPath]);

/**
 * The rules of all folders, as they are read from the root. What no folder says otherwise is one rule for all of them: proposals of environments
 * that have the same owners then write the same, and merging one makes no conflict of the others.
 */
function rulesOf(owners: ReadonlyMap<string, string>): readonly string[] {
  const told = new Map<string, Map<string, string>>();
  for (const [folder, text] of owners)
    for (const [pattern, names] of rulesIn(text)) told.set(pattern, (told.get(pattern) ?? new Map<string, string>()).set(folder, names));
  const all = [...told].sort(([a], [b]) => compareText(a, b));
  const isCommon = (byFolder: ReadonlyMap<string, string>): boolean => new Set(byFolder.values()).size === 1;
  const common = all
    .filter(([, byFolder]) => isCommon(byFolder))
    .map(([pattern, byFolder]) => `${inAny(pattern)} ${[...byFolder.values()][0]}`);
  const own = all
    .filter(([, byFolder]) => !isCommon(byFolder))
    .flatMap(([pattern, byFolder]) => [...byFolder].map(([folder, names]) => `${inFolder(pattern, folder)} ${names}`));
  return [...common, ...own.sort(compareText)];
}

/** The rules of one folder: a pattern, and who reviews what it fits. */
function rulesIn(text: string): readonly (readonly [pattern: string, names: string])[] {
  const rules = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return rules.map((rule) => [rule.replace(/ .*$/, ''), rule.replace(/^\S* /, '')]);
}

/** The patterns of GitHub and GitLab begin with a slash, as those of `.gitignore` do; those of Gitea are regular expressions of whole paths. */
function inAny(pattern: string): string {
  return pattern.startsWith('/') ? `/*${pattern}` : `[^/]+/${pattern}`;
}

function inFolder(pattern: string, folder: string): string {
  return pattern.startsWith('/') ? `/${folder}${pattern}` : `${folder}/${pattern}`;
}
