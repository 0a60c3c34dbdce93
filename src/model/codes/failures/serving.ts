import type { Explanations } from '../explanation.ts';

/** Serving health and metrics over HTTP. */
export const serving = {
  'address-in-use': {
    meaning: 'Another program listens already where the agent is to serve its health and its metrics.',
    reason: 'Probes and scrapes would reach the other program, and would say of it what is meant of the agent.',
    remedy: 'Choose another port, or end the other program.',
    example: 'lockstep agent --listen :8081 --environment prod --source https://git.example.com/shop.git',
  },
  'address-unusable': {
    meaning: 'The agent cannot listen at the address that it was given.',
    reason: 'Nobody could ask how it does, and a probe would have it started again and again.',
    remedy: 'Look at the end of the message: the host is none of this machine, or the port is below 1024 and needs more rights.',
    example: 'lockstep agent --listen 127.0.0.1:8080 --environment prod --source https://git.example.com/shop.git',
  },
} as const satisfies Explanations;
