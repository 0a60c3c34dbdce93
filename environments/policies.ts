import { definePolicy } from 'lockstep';

/** Whoever is woken at night must see whose pod it is. */
export const owned = definePolicy({
  name: 'owned',
  on: ['Deployment', 'StatefulSet', 'DaemonSet'],
  check: (object, { chart }) =>
    object.spec?.template.metadata?.labels?.['team'] === chart.owner ? undefined : `the pods need the label \`team: ${chart.owner}\``,
});
