import { defineBase, defineEnvironment } from 'lockstep';

const base = defineBase({
  kubernetes: '1.35',
  rendered: { remote: 'https://bot:hunter2@git.example.com/shop/rendered.git', forge: 'githup' as never, owners: 'payments' as never },
});

export default defineEnvironment({
  name: 'wrong',
  cluster: 'eu-1',
  extends: defineBase({ extends: base, rendered: 'origin' as never }),
  rendered: {
    remote: '--upload-pack=evil',
    forgeUrl: 'https://bot@git.example.com',
    owner: '@acme/payments',
    signedBy: '../signers',
    owners: { payments: ['@acme/payments', '@acme/shop\n* @evil'], orders: [] },
  } as never,
});
