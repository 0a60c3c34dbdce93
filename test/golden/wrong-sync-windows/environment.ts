import { defineBase, defineEnvironment } from 'lockstep';

const day = { from: '09:00', to: '17:00', timeZone: 'UTC' } as const;

/** Nobody looks at what another definition replaces. */
const base = defineBase({ kubernetes: '1.35', syncWindows: { allow: 'never' as never } });

export default defineEnvironment({
  name: 'wrong',
  cluster: 'eu-1',
  extends: base,
  syncWindows: {
    allow: [
      'always' as never,
      { ...day, to: '09:00' },
      { ...day, from: '2027-12-23' },
      { ...day, from: '2027-12-23', to: '2027-12-22' },
      { ...day, timeZone: 'Berlin' },
      { ...day, timeZone: '+02:00' },
      { ...day, timezone: 'UTC' } as never,
      { ...day, days: ['Monday'] as never },
      { ...day, days: [] },
      { ...day, days: 'Mon' as never },
      { from: '2027-12-23', to: '2027-12-24', timeZone: 'UTC', days: ['Mon'] },
      { ...day, reason: ' ' },
    ],
    denny: [day],
  } as never,
});
