import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parseAllDocuments, visit } from 'yaml';
import { environmentNameProblem } from '../../src/compile/names.ts';
import { refOf } from '../../src/model/manifest.ts';
import { keyOf } from '../../src/model/ref.ts';
import { branchesOf } from '../../src/model/rendered.ts';
import { runLockstep } from '../demo/program.ts';
import { makeProject, type Project } from '../demo/project.ts';
import { temporaryFolder } from '../support/repository.ts';
import { type BranchFile, branch, filesOf, objectsOf } from './branch.ts';

// What others require of a rendered branch, as they document it, checked on what the built program writes: Argo CD's directory
// applications and Source Hydrator (3.5), GitOps Promoter's contract for hydrators, and Flux's generator of kustomizations.
const message = `Talk "less" <of it>

It was loud.

Argocd-reference-commit-author: Lin Clark <lin@example.com>
Argocd-reference-commit-sha: 0123abc
Argocd-reference-commit-subject: Release the web
Argocd-reference-commit-repourl: https://git.example.com/web
Argocd-reference-commit-date: 2026-01-02T03:04:05Z
Reviewed-by: Grace <grace@example.com>
`;

let project: Project;
let files: readonly BranchFile[];
const closing: (() => void)[] = [];

before(async () => {
  project = makeProject(temporaryFolder({ after: (end) => void closing.push(end as () => void) }));
  project.edit('environments/dev.ts', { from: "logLevel: 'debug'", to: "logLevel: 'warn'" });
  project.git('commit', '--quiet', '--all', '--message', message);
  await publish();
  project.git('push', '--quiet', 'origin', 'main');
  project.git('--git-dir', project.remote, 'update-ref', `refs/heads/${branch}`, `refs/heads/${branch}-next`);
  files = filesOf(project.remote);
});
after(() => {
  for (const close of closing) close();
});

async function publish(): Promise<void> {
  const { exit, talk } = await runLockstep(project.folder, ['publish', 'dev', '--push', 'origin']);
  assert.equal(exit, 0, talk);
}

/** What git in the bare repository says: nothing of the clone that published. */
function git(...args: readonly string[]): string {
  return project.git('--git-dir', project.remote, ...args);
}

function noteOf(revision: string): unknown {
  return JSON.parse(git('notes', '--ref=hydrator.metadata', 'show', revision));
}

test('an application of a directory reads each file that it matches as one object of Kubernetes, and none of ours', () => {
  const matched = files.filter(({ path }) => /^.*\.(yaml|yml|json|jsonnet)$/.test(path));
  assert.ok(matched.length > 40);
  for (const { path, text } of matched) {
    assert.match(path, /\.yaml$/);
    const documents = parseAllDocuments(text);
    assert.equal(documents.length, 1, path);
    const object = documents[0]?.toJS();
    for (const field of [object.apiVersion, object.kind, object.metadata.name]) assert.equal(typeof field, 'string', path);
    assert.ok(!text.includes('+argocd:skip-file-rendering'), path);
  }
  const others = files.filter((file) => !matched.includes(file)).map(({ path }) => path);
  assert.deepEqual(others, ['.gitattributes', '.lockstep/index', 'README.md', 'hydrator.metadata']);
});

test('no file makes it something else than a directory: no chart, no kustomization, no settings of a tool', () => {
  const names = files.map(({ path }) => path.split('/').at(-1));
  const taken = [
    'Chart.yaml',
    'kustomization.yaml',
    'kustomization.yml',
    'Kustomization',
    '.argocd-source.yaml',
    '.argocd-allow-concurrency',
    '.sourceignore',
    '.goreleaser.yml',
    '.sops.yaml',
    '.flux.yaml',
  ];
  assert.deepEqual(
    names.filter((name) => name !== undefined && (taken.includes(name) || name.startsWith('.argocd-source-'))),
    [],
  );
});

test('files are plain, in folders that are no root of an application, and small enough together', () => {
  assert.deepEqual(new Set(files.map(({ mode }) => mode)), new Set(['100644']));
  for (const { path } of files.filter((file) => file.path.endsWith('.yaml'))) assert.match(path, /^[a-z0-9-]+\/[a-z0-9._-]+\.yaml$/);
  const bytes = files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  assert.ok(bytes < 10_000_000, `${bytes}`);
});

test('every reader of YAML sees the same: no anchors, no aliases, no tags, no object twice', () => {
  for (const { path, text } of files.filter((file) => file.path.endsWith('.yaml'))) {
    const [document] = parseAllDocuments(text);
    assert.deepEqual([document?.errors, document?.warnings], [[], []], path);
    visit(document as NonNullable<typeof document>, {
      Alias: () => assert.fail(`${path} has an alias`),
      Node: (_, node) => assert.ok(!('anchor' in node && node.anchor) && !node.tag?.startsWith('!'), path),
    });
    // YAML 1.1, which Kubernetes' tools read, and 1.2 agree on it.
    assert.deepEqual(parseAllDocuments(text, { version: '1.1' })[0]?.toJS(), document?.toJS(), path);
  }
  const keys = objectsOf(files).map((manifest) => keyOf(refOf(manifest)));
  assert.equal(new Set(keys).size, keys.length);
});

test('hydrator.metadata has the fields of the Source Hydrator, in its order and form', () => {
  const text = files.find(({ path }) => path === 'hydrator.metadata')?.text ?? '';
  const read = JSON.parse(text);
  assert.equal(text, `${JSON.stringify(read, null, 2)}\n`);
  assert.match(text, /"subject": "Talk \\"less\\" <of it>"/);
  const known = ['repoURL', 'drySha', 'commands', 'author', 'date', 'subject', 'body', 'references'];
  assert.deepEqual(
    Object.keys(read),
    known.filter((field) => field in read),
  );
  assert.equal(read.drySha, project.git('rev-parse', 'HEAD'));
  assert.match(read.drySha, /^([a-f0-9]{40}|[a-f0-9]{64})$/);
  assert.equal(read.author, 'Demo <demo@example.com>');
  assert.match(read.date, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.equal(Date.parse(read.date), Number(project.git('log', '-1', '--format=%at')) * 1000);
  assert.equal(read.body, 'It was loud.\n\nReviewed-by: Grace <grace@example.com>');
  assert.deepEqual(read.references, [
    {
      commit: {
        author: 'Lin Clark <lin@example.com>',
        date: '2026-01-02T03:04:05Z',
        subject: 'Release the web',
        sha: '0123abc',
        repoURL: 'https://git.example.com/web',
      },
    },
  ]);
  assert.ok(read.commands.every((one: unknown) => typeof one === 'string'));
});

test('what is generated is marked so, byte by byte as Argo CD does', () => {
  const text = files.find(({ path }) => path === '.gitattributes')?.text;
  assert.equal(text, '**/README.md linguist-generated=true\n**/hydrator.metadata linguist-generated=true');
});

test('the message is the dry commit’s behind seven digits of its id, with its authors, and without trailers of others', () => {
  const lines = git('log', '-1', '--format=%B', branch).split('\n');
  assert.equal(lines[0], `${project.git('rev-parse', 'HEAD').slice(0, 7)}: Talk "less" <of it>`);
  assert.equal(lines[1], '');
  for (const author of ['Lin Clark <lin@example.com>', 'Demo <demo@example.com>']) assert.ok(lines.includes(`Co-authored-by: ${author}`));
  const reserved = /^(Pull-request-|Sha-(dry|hydrated)-|Commit-status-|Argocd-reference-commit-|No-op)/i;
  assert.deepEqual(
    lines.filter((line) => reserved.test(line)),
    [],
  );
});

test('the note on the hydrated commit names the dry one, at the ref that others fetch', () => {
  assert.deepEqual(noteOf(branch), { drySha: project.git('rev-parse', 'HEAD') });
  assert.match(git('for-each-ref', '--format=%(refname)', 'refs/notes'), /^refs\/notes\/hydrator\.metadata$/);
});

test('a commit that changes no manifest makes no hydrated commit: the note alone moves on', async () => {
  const tip = git('rev-parse', `${branch}-next`);
  project.git('commit', '--quiet', '--allow-empty', '--message', 'Say nothing');
  await publish();
  assert.deepEqual([git('rev-parse', `${branch}-next`), git('rev-parse', branch)], [tip, tip]);
  assert.deepEqual(noteOf(tip), { drySha: project.git('rev-parse', 'HEAD') });
});

test('proposals are on the branch with `-next` behind, on top of the active one, and each is a whole state', async () => {
  project.edit('environments/dev.ts', { from: "logLevel: 'warn'", to: "logLevel: 'info'" });
  project.commit('Talk again');
  await publish();
  assert.equal(git('rev-parse', `${branch}-next^`), git('rev-parse', branch));
  assert.equal(objectsOf(filesOf(project.remote, `${branch}-next`)).length, objectsOf(files).length);
  assert.deepEqual(noteOf(`${branch}-next`), { drySha: project.git('rev-parse', 'HEAD') });
});

test('the names of branches are such that GitOps Promoter takes them, however an environment is called', () => {
  const longest = 'a'.repeat([...Array(200).keys()].findLast((length) => environmentNameProblem('a'.repeat(length)) === undefined) ?? 0);
  for (const name of [longest, 'eu-west-1']) {
    const { active, next } = branchesOf(name);
    assert.equal(next, `${active}-next`);
    assert.ok(next.length <= 100, next);
    assert.doesNotMatch(next, /^-|:|\.\./);
  }
  for (const name of ['-x', 'a:b', 'a..b', 'prod-next']) assert.notEqual(environmentNameProblem(name), undefined, name);
});
