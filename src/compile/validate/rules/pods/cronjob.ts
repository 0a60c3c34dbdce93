import { didYouMean } from '../../../../model/diagnostic.ts';
import type { Json, Path } from '../../../../model/json.ts';
import type { Problem } from '../../../../model/problem.ts';
import { timeZones } from '../../../../schema/timezones.ts';
import { shown } from '../../../wording.ts';
import { atLeast, filled, missing } from '../checks.ts';
import { all, fields, fine, object, type Rule } from '../rule.ts';
import { specOf } from '../spec.ts';
import { jobTemplate } from './jobs.ts';
import { scheduleProblem } from './schedule.ts';

const schedule: Rule = all(filled, (value, path) => {
  const problem = typeof value === 'string' && value !== '' ? scheduleProblem(value) : undefined;
  return problem === undefined ? fine : [invalidSchedule(path, value, problem)];
});

/** A time zone. New ones come up in the known regions, and a cluster may know more of them: there it is only a warning. */
const timeZone: Rule = (value, path) => {
  if (typeof value !== 'string' || timeZones.has(value)) return fine;
  const problem = invalidSchedule(path, value, value.toLowerCase() === 'local' ? 'each machine has its own' : 'it is no time zone');
  const meant = didYouMean(value, timeZones);
  const help = meant === undefined ? 'time zones have names such as `Europe/Berlin`, or `UTC`' : `did you mean \`${meant}\`?`;
  return [meant === undefined && mayBeNew(value) ? { ...problem, severity: 'warning', help } : { ...problem, help }];
};

/** Whether a time zone could have the name, that is of a known region, and of a form that the server takes (batch validation, validateTimeZone). */
function mayBeNew(name: string): boolean {
  const isName = name.split('/').every((part) => /^(?!-)(?!\.{1,2}$)[A-Za-z._0-9+-]{1,14}$/.test(part));
  return isName && name.includes('/') && [...timeZones].some((zone) => zone.startsWith(`${name.split('/')[0]}/`));
}

function invalidSchedule(path: Path, value: Json, why: string): Problem {
  return { code: 'schedule-invalid', message: `\`${String(path.at(-1))}\` cannot be ${shown(value)}: ${why}`, path };
}

/** A CronJob (batch validation, validateCronJobSpec). */
export const cronJob: Rule = specOf(
  all(
    fields({
      schedule,
      timeZone,
      startingDeadlineSeconds: atLeast(0),
      successfulJobsHistoryLimit: atLeast(0),
      failedJobsHistoryLimit: atLeast(0),
      jobTemplate,
    }),
    object((spec, path) => (Object.keys(spec).length === 0 ? ['schedule', 'jobTemplate'].map((key) => missing([...path, key])) : fine)),
  ),
);
