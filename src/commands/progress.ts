import type { Context } from '../cli/context.ts';
import { formatProgress } from '../cli/progress.ts';

/** Is told how many of how many environments are compiled. */
export type OnProgress = (done: number, total: number) => void;

/** Does something that tells how far it is, and shows that as long as it lasts; one environment is not worth a word. */
export async function showingProgress<T>({ world, show }: Context, act: (onProgress: OnProgress) => Promise<T>): Promise<T> {
  const began = world.clock.now().getTime();
  try {
    return await act((done, total) => {
      if (total > 1) show(formatProgress({ done, total, elapsed: world.clock.now().getTime() - began }));
    });
  } finally {
    show(undefined);
  }
}
