/** Who reads a source, as a server is told. What it holds is never shown. */
export type SourceCredentials = (
  | { readonly type: 'anonymous' }
  | { readonly type: 'basic'; readonly username: string; readonly password: string }
  | { readonly type: 'bearer'; readonly token: string }
  | ({ readonly type: 'githubApp' } & GitHubApp)
  | {
      readonly type: 'ssh';
      /** A private key without a passphrase, as a file of ssh. */
      readonly identity: string;
      /** The keys of servers, as a `known_hosts` file: no other server is talked to. */
      readonly knownHosts: string;
    }
) & {
  /** Certificates of authorities in PEM: what vouches for an https server, in the place of what this machine trusts. */
  readonly ca?: string;
};

/** Says who reads a source, each time that the remote is talked to; undefined is whoever this process is. Throws `Failure`. */
export type Credentials = (signal: AbortSignal) => Promise<SourceCredentials | undefined>;

/** An app of GitHub, which reads as one of its installations. */
export interface GitHubApp {
  readonly appId: string;
  readonly installationId: string;
  /** An RSA key in PEM. */
  readonly privateKey: string;
  /** Where its tokens come from, without a slash at its end: `https://api.github.com`. */
  readonly api: string;
}
