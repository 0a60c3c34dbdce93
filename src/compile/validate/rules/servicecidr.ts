import { dnsSubdomain, pathSegment } from '../../../schema/formats.ts';
import { blockOf } from '../../../schema/ip.ts';
import { canonicalAddress, canonicalBlock, twoVersions } from './addresses.ts';
import { formattedIfAny, named, required } from './checks.ts';
import { all, each, fields, fine, type Rule } from './rule.ts';
import { neededSpec, specOf } from './spec.ts';

/** Nothing is added to what the name is made of before it is looked at. */
const canonicalIfAny: Rule = (value, path) => (value === '' ? fine : canonicalAddress(value, path));

/** An IPAddress (networking validation, ValidateIPAddress). */
export const ipAddress: Rule = all(
  fields({ metadata: fields({ name: canonicalAddress, generateName: canonicalIfAny }) }),
  neededSpec(
    all(
      fields({
        parentRef: all(
          fields({
            group: formattedIfAny(dnsSubdomain),
            resource: named(pathSegment),
            name: named(pathSegment),
            namespace: formattedIfAny(pathSegment),
          }),
        ),
      }),
    ),
  ),
);

/** A ServiceCIDR (networking validation, validateServiceCIDRSpec). */
export const serviceCidr: Rule = specOf(
  all(
    required('cidrs'),
    fields({ cidrs: all(each(canonicalBlock), (value, path) => twoVersions(value, path, (text) => blockOf(text)?.address.version)) }),
  ),
);
