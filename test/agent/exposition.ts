/**
 * Prometheus' text format, version 0.0.4, read as strictly as its documentation is written: every family is told as one group, by HELP
 * and TYPE before its series; nothing is told twice; buckets are cumulative, and end with `+Inf`.
 */
export function parseExposition(text: string): ReadonlyMap<string, number> {
  if (!text.endsWith('\n')) throw new Error('the last line has no end');
  const series = new Map<string, number>();
  const types = new Map<string, string>();
  let family = '';
  let helped = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, help] = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (?:[^\\]|\\\\|\\n)*$/.exec(line) ?? [];
    const [, typed, type = ''] = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (help !== undefined) helped = help;
    else if (typed !== undefined) {
      if (helped !== typed || types.has(typed)) throw new Error(`no HELP before it, or told twice: ${line}`);
      types.set(typed, type);
      family = typed;
    } else readSeries(line, { family, type: types.get(family) ?? '', series });
  }
  for (const [name, type] of types) if (type === 'histogram') checkHistogram(name, series);
  return series;
}

function readSeries(
  line: string,
  { family, type, series }: { readonly family: string; readonly type: string; readonly series: Map<string, number> },
): void {
  const found = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\+Inf|-Inf|NaN|-?[0-9.]+(?:e[+-]?[0-9]+)?)$/.exec(line);
  if (found === null) throw new Error(`not a series: ${line}`);
  const [, name = '', labels = '', value = ''] = found;
  const allowed = type === 'histogram' ? ['_bucket', '_sum', '_count'].map((suffix) => `${family}${suffix}`) : [family];
  if (!allowed.includes(name)) throw new Error(`outside of its family \`${family}\`: ${line}`);
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`a counter that is called otherwise: ${line}`);
  if (!/^(?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*"(?:,(?!$)|$))*$/.test(labels)) throw new Error(`wrong labels: ${line}`);
  const key = labels === '' ? name : `${name}{${labels}}`;
  if (series.has(key)) throw new Error(`told twice: ${line}`);
  series.set(key, Number(value.replace('Inf', 'Infinity')));
}

function checkHistogram(name: string, series: ReadonlyMap<string, number>): void {
  const last = new Map<string, number>();
  for (const [key, value] of series) {
    const [, labels = '', bound] = /_bucket\{(.*),?le="([^"]+)"\}$/.exec(key) ?? [];
    if (bound === undefined || !key.startsWith(`${name}_bucket`)) continue;
    if (value < (last.get(labels) ?? 0)) throw new Error(`not cumulative: ${key}`);
    last.set(labels, value);
    if (bound === '+Inf' && series.get(`${name}_count{${labels.replace(/,$/, '')}}`) !== value) throw new Error(`not all of them: ${key}`);
  }
}
