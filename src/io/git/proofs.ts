import type { FoundAttestation, Proofs } from '../../ports.ts';
import type { Looks } from './looks.ts';
import { remoteOrHere, requireId } from './names.ts';
import { attestationRef } from './notes.ts';
import { treeOf } from './objects.ts';
import type { ObjectReader } from './reader.ts';
import { type Git, runGit } from './run.ts';
import { readSignature } from './signatures.ts';
import { signsCommits } from './signing.ts';
import { noteOf } from './stored.ts';
import type { RefWriter } from './writing.ts';

/** What the project's repository is asked of signatures and attestations. */
export function openProofs(
  git: Git,
  {
    folder,
    blobs,
    looks,
    note,
  }: { readonly folder: string; readonly blobs: ObjectReader; readonly looks: Pick<Looks, 'at'>; readonly note: RefWriter['note'] },
): Proofs {
  return {
    signs: () => signsCommits(git),
    treeOf: (commit) => treeOf(git, commit),
    signatureOf: (commit, signers) => readSignature(git, commit, { folder, signers }),
    async attest(attestation, remote) {
      const { stdout } = await runGit(git, ['cat-file', 'commit', requireId(attestation)]);
      const [object, text] = [await treeOf(git, attestation), stdout.toString('utf8')];
      await note({ ref: attestationRef, object, text, by: attestation, remote: remoteOrHere(remote) });
    },
    async attestationOf(tree, remote) {
      const notes = await looks.at(attestationRef, remoteOrHere(remote));
      const blob = notes && (await noteOf(blobs, notes, requireId(tree)));
      return blob === undefined ? undefined : readAttestation(git, await blobs.read(blob));
    },
  };
}

/** Makes an object again of a note that is the text of a commit, so that git can look at its signature. Anybody may have written the note. */
async function readAttestation(git: Git, note: Buffer): Promise<FoundAttestation | undefined> {
  const { exit, stdout } = await runGit(git, ['hash-object', '-t', 'commit', '-w', '--stdin'], { stdin: note, answers: [0, 128] });
  if (exit !== 0) return undefined;
  const commit = requireId(stdout.toString('utf8').trim());
  const [head = '', ...message] = note.toString('utf8').split('\n\n');
  const tree = /^tree ([0-9a-f]+)\n/.exec(`${head}\n`)?.[1];
  return tree === undefined ? undefined : { commit, tree, message: message.join('\n\n') };
}
