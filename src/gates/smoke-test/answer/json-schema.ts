import { type Schema, Validator } from '@cfworker/json-schema';

/** Keywords that only say that one further in did not hold. */
const outer = new Set([
  'properties',
  'items',
  'allOf',
  '$ref',
  'additionalProperties',
  'prefixItems',
  'patternProperties',
]);

/** Where and why a value does not keep to a JSON Schema (2020-12), as sentences. */
export function violationsOf(schema: unknown, value: unknown): string[] {
  const { errors } = new Validator(schema as Schema, '2020-12', false).validate(value);
  const inner = errors.filter(({ keyword }) => !outer.has(keyword));
  return (inner.length > 0 ? inner : errors).map(
    ({ instanceLocation, error }) => `$${pathOf(instanceLocation)}: ${error.replace(/\.$/, '')}`,
  );
}

/** `#/orders/0/id` is `.orders[0].id`. */
function pathOf(pointer: string): string {
  return pointer
    .replace(/^#\/?/, '')
    .split('/')
    .filter(part => part !== '')
    .map(part => (/^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('');
}
