import { defineChart, defineEnvironment } from 'lockstep';

const build = (): void => {};
const charts = {
  empty: defineChart({ slice: '', build }),
  spaced: defineChart({ owner: 'team-shop', slice: 'team shop', build }),
  long: defineChart({ slice: 'x'.repeat(64), build }),
  climbing: defineChart({ slice: 'a/../b', build }),
  locked: defineChart({ slice: 'a.lock', build }),
  number: defineChart({ slice: 42 as never, build }),
  owned: defineChart({ owner: 'Team Shop', build }),
  nobodys: defineChart({ owner: '', build }),
  fine: defineChart({ owner: 'Team Shop', slice: 'teams/shop_1', build }),
};

export default defineEnvironment({ name: 'sliced', cluster: 'eu-1', kubernetes: '1.35', charts });
