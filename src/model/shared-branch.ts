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
  const sections = [...owners].sort(([a], [b]) => compareText(a, b)).map(([folder, text]) => sectionOf(folder, text));
  return [
    { path: 'README.md', text: readmeText },
    { path: '.gitattributes', text: attributes },
    ...(sections.length === 0 ? [] : [{ path: ownersPath, text: `${ownersHead}\n${sections.join('')}` }]),
  ];
}

/** The names of the files that may stand beside the folders. */
export const besidePaths: ReadonlySet<string> = new Set(['README.md', '.gitattributes', ownersPath]);

/** The rules of one folder, as they are read from the root. */
function sectionOf(folder: string, text: string): string {
  const rules = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  // The patterns of GitHub and GitLab begin with a slash, those of Gitea with a part of the path.
  const anchored = rules.map((rule) => (rule.startsWith('/') ? `/${folder}${rule}` : `${folder}/${rule}`));
  return `\n# ${folder}\n${anchored.map((rule) => `${rule}\n`).join('')}`;
}
