/** The agent of another tool, as it is driven here. What takes too long, or ends, throws a PeerFailure. */
export interface Peer {
  /** Starts the program; resolves when the cluster is as the files that it reads are. */
  start(): Promise<void>;
  /** Tells the running program to look; resolves when the cluster is as the files that it reads are. */
  sync(): Promise<void>;
  stop(): Promise<void>;
  /** The running program. */
  pid(): number | undefined;
}

/** What a peer is made with. */
export interface PeerOptions {
  readonly program: string;
  readonly kubeconfig: string;
  /** A folder of its own, that need not exist. */
  readonly folder: string;
  /** How many seconds a step may take. */
  readonly patience: number;
}
