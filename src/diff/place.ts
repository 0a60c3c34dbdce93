import type { Step } from './fields.ts';

/** A place in an object for people: `spec.template.spec.containers[web].image`. */
export function placeOf(steps: readonly Step[]): string {
  return steps
    .map((step, i) => {
      if (typeof step === 'object') return `[${step.by.join(', ')}]`;
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[A-Za-z_$][\w$-]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return i === 0 ? step : `.${step}`;
    })
    .join('');
}
