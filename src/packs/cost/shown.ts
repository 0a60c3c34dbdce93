import { perUnit } from '../../model/quantity.ts';
import type { Resource } from './amounts.ts';

const units = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];

/** An amount for people: CPU in cores or thousandths, memory in the largest unit that leaves at most two decimals. */
export function shownAmount(resource: Resource, amount: bigint): string {
  const value = Number(amount) / Number(perUnit);
  if (resource === 'cpu') return value >= 1 ? decimals(value) : `${Math.ceil(value * 1000)}m`;
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  return `${decimals(value / 1024 ** power)}${units[power] ?? ''}`;
}

function decimals(value: number): string {
  return String(Math.round(value * 100) / 100);
}
