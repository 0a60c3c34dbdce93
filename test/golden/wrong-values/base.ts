import { defineBase, defineChart, image } from 'lockstep';
import { z } from 'zod';

const web = defineChart({
  namespace: 'shop',
  values: z.object({
    image: image(),
    host: z.string(),
    replicas: z.int().min(1).default(2),
    level: z.enum(['debug', 'info']).default('info'),
    tls: z.object({ issuer: z.string(), days: z.int().default(90) }),
    mode: z.union([z.object({ fast: z.boolean() }), z.object({ slow: z.number(), why: z.string() })]).optional(),
    port: z.union([z.string(), z.int()]).default(80),
    volumes: z.array(z.object({ name: z.string() })).default([]),
    limits: z.record(z.string(), z.object({ cpu: z.string() })).default({}),
    open: z.looseObject({}).default({}),
    even: z
      .int()
      .refine((n) => n % 2 === 0, 'must be even')
      .default(2),
  }),
  build() {},
});
const cache = defineChart({ values: z.object({ memory: z.string().regex(/^\d+mb$/) }), build() {} });
const forms = defineChart({
  values: z.object({
    of: z.discriminatedUnion('type', [z.object({ type: z.literal('a'), x: z.string() }), z.object({ type: z.literal('b') })]).optional(),
  }),
  build() {},
});
const strict = defineChart({ values: z.strictObject({ size: z.int().default(1) }), build() {} });
const odd = defineChart({ values: z.object({ a: z.string().default('a') }).refine(async () => true), build() {} });
const bare = defineChart({ build() {} });

export const base = defineBase({
  kubernetes: '1.35',
  charts: { web, cache, forms, strict, odd, bare },
  values: { web: { replicas: '9' as unknown as number, image: 'nginx', tls: { isuer: 'le' } as never } },
});
