import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * Where and why a value does not match a JSON Schema (2020-12), as sentences. Throws an Error for a schema that is not
 * valid.
 */
export function findViolations(schema: unknown, value: unknown): string[] {
  // OpenAPI schemas have their own keywords and formats, which do not affect validity.
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false });
  const validate = ajv.compile(schema as object);
  validate(toNumbers(value));
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    return `$${convertPointer(instancePath)} ${message}${describeParameter(params)}`;
  });
}

/** What the message of the validator leaves out: a property, the constant, or the allowed values. */
function describeParameter(params: Record<string, unknown>): string {
  if ('additionalProperty' in params) return ` (${String(params.additionalProperty)})`;
  const wanted = params.allowedValue ?? params.allowedValues;
  return wanted === undefined ? '' : ` (${JSON.stringify(wanted)})`;
}

/** `/orders/0/id` is `.orders[0].id`. */
function convertPointer(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map(part => (/^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('');
}

/** The validator does not know bigints, whose exact value no schema asks for. */
function toNumbers(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
