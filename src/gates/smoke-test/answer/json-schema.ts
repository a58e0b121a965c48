import { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * Where and why a value does not keep to a JSON Schema (2020-12), as sentences. Throws an Error for a schema that is
 * none.
 */
export function violationsOf(schema: unknown, value: unknown): string[] {
  // Schemas of OpenAPI have keywords and formats of their own, which say nothing of validity.
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false, logger: false });
  const validate = ajv.compile(schema as object);
  validate(value);
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const more = 'additionalProperty' in params ? ` (${params.additionalProperty})` : '';
    return `$${pathOf(instancePath)} ${message}${more}`;
  });
}

/** `/orders/0/id` is `.orders[0].id`. */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map(part => (/^\d+$/.test(part) ? `[${part}]` : `.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`))
    .join('');
}
