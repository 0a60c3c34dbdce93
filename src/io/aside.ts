import { AsyncLocalStorage } from 'node:async_hooks';

const besides = new AsyncLocalStorage<true>();

/** Does something that is no matter of any footprint: what comes of it depends on nothing but what was looked at before. */
export function aside<T>(act: () => T): T {
  return besides.run(true, act);
}

/** Whether what runs now is no matter of any footprint. */
export function isAside(): boolean {
  return besides.getStore() === true;
}
