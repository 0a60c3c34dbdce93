import { ApiObject } from 'cdk8s';
import { z } from 'zod';
import { gitPort } from '../../model/url.ts';
import { type ChartDef, defineChart } from '../chart.ts';
import { image } from '../image.ts';
import { agentObjects } from './objects.ts';

const values = z.object({
  /** The namespace of the agent and its ServiceAccount `lockstep`, and of the objects `Environment` that it acts for. */
  namespace: z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'expected the name of a namespace: lower-case letters, digits and `-`')
    .default('lockstep'),
  image: image(),
  replicas: z.int().min(1).default(2),
  /** Whether it acts for the objects `Environment` of all namespaces: `lockstep bootstrap --agent-namespace` prints the rights. */
  allNamespaces: z.boolean().default(false),
  /** The repositories of the environments: their ports are let out, beside 22, 443 and 6443. */
  sources: z
    .array(z.string().refine((url) => gitPort(url) !== undefined, 'expected a repository like "https://git.example.com:8443/shop.git"'))
    .default([]),
});

/**
 * The agent of a cluster as objects like all others, so that a pull request upgrades it: its Deployment, Service, NetworkPolicy and
 * PodDisruptionBudget. No permissions: those are an administrator's (`lockstep bootstrap`), and an agent never edits its own. Its
 * ServiceAccount is `external`, and its namespace, too, unless the environment makes it. With an owner: `defineChart({ ...agentChart, owner: 'platform' })`.
 */
export const agentChart: ChartDef<typeof values> = defineChart({
  values,
  build(chart, context) {
    for (const object of agentObjects(context.values)) new ApiObject(chart, object.kind.toLowerCase(), object);
  },
});
