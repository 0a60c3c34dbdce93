/** What is known of the signature of a commit. */
export interface FoundSignature {
  /**
   * `good`: by somebody who is trusted. `untrusted`: by anybody else, or by a key that nobody here knows. `bad`: not of what it stands at.
   * `expired` and `revoked`: the key, or the signature, is no longer to be trusted. `missing`: there is none.
   */
  readonly state: 'good' | 'untrusted' | 'bad' | 'expired' | 'revoked' | 'missing';
  /** How it was made; undefined when there is none. */
  readonly format: SignatureFormat | undefined;
  /** Whose it is: a principal, or the user of a key; '' when that is not known. */
  readonly signer: string;
  /** The fingerprint of the key; '' when that is not known. */
  readonly key: string;
}

/** The formats that git signs in. */
export type SignatureFormat = 'openpgp' | 'ssh' | 'x509';

/** What somebody signed of a tree: a commit that no branch leads to, whose message is the statement. */
export interface FoundAttestation {
  /** Its id. The commit is here: its signature can be looked at. */
  readonly commit: string;
  /** The tree that it says it is of. */
  readonly tree: string;
  readonly message: string;
}

/** Who signed what in the project's repository. Throws `Failure`. */
export interface Proofs {
  /** Whether git signs commits here unless it is told otherwise (`commit.gpgSign`). */
  signs(): Promise<boolean>;
  /** The id of the tree of a commit. */
  treeOf(commit: string): Promise<string>;
  /**
   * The signature of a commit. Trusted are those whom `signers` names, a file of SSH's allowed signers or an OpenPGP keyring; undefined:
   * those whom git's own configuration trusts.
   */
  signatureOf(commit: string, signers: string | undefined): Promise<FoundSignature>;
  /** Lets the commit `attestation` be the note of its tree in refs/notes/lockstep.attestation: here, or at `remote`. */
  attest(attestation: string, remote: string | undefined): Promise<void>;
  /** What was attested of a tree: here, or at `remote`. Undefined when that is nothing, or nothing that can be read. */
  attestationOf(tree: string, remote: string | undefined): Promise<FoundAttestation | undefined>;
}

/** Those who may sign what an agent takes. */
export interface Signers {
  /** Where they are told, for the beginning of a sentence. */
  readonly place: string;
  /**
   * A file of SSH's allowed signers, as it is now; undefined where there is none. It is asked for when there is something to judge, so that
   * what changes counts at once. Throws `Failure`.
   */
  read(signal: AbortSignal): Promise<string | undefined>;
}
