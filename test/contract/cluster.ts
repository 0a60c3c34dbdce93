import { after, before, describe, test } from 'node:test';
import { acting } from './cluster/acting.ts';
import { applying } from './cluster/applying.ts';
import { applied } from './cluster/asking.ts';
import { drifting } from './cluster/drifting.ts';
import { kinds } from './cluster/kinds.ts';
import { listing } from './cluster/listing.ts';
import { owning } from './cluster/owning.ts';
import { patching } from './cluster/patching.ts';
import { refusing } from './cluster/refusing.ts';
import { removing } from './cluster/removing.ts';
import { replacing } from './cluster/replacing.ts';
import { sharing } from './cluster/sharing.ts';
import { statuses } from './cluster/statuses.ts';
import { type ContractSubject, namespace } from './cluster/subject.ts';
import { watching } from './cluster/watching.ts';

const cases = [
  ...applying,
  ...owning,
  ...sharing,
  ...statuses,
  ...drifting,
  ...patching,
  ...refusing,
  ...replacing,
  ...removing,
  ...listing,
  ...watching,
  ...kinds,
  ...acting,
];

/** What every `Cluster` must do: run on the fake and on the real adapter with a real API server. */
export function clusterContract(name: string, open: () => Promise<ContractSubject>): void {
  describe(name, { concurrency: false }, () => {
    let subject: ContractSubject;
    before(async () => {
      subject = await open();
      await applied(subject.cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } });
    });
    after(() => subject.close());
    for (const [title, run] of cases) {
      test(title, { timeout: 30_000 }, () => run(subject));
    }
  });
}
