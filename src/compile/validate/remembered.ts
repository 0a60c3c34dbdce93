/** The same as `compute`, which is asked once for each key. */
export function remembered<K, V>(compute: (key: K) => V): (key: K) => V {
  const seen = new Map<K, V>();
  return (key) => {
    const known = seen.get(key);
    if (known !== undefined || seen.has(key)) return known as V;
    const computed = compute(key);
    seen.set(key, computed);
    return computed;
  };
}
