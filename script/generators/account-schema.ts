import * as z from 'zod';
import { accountSchema } from '../../src/core/account.ts';

/** The JSON Schema of release.json, which the gate `report` writes. */
export function accountJsonSchema(): string {
  const schema = z.toJSONSchema(accountSchema, { target: 'draft-2020-12' });
  return `${JSON.stringify({ ...schema, title: 'release.json' }, null, 2)}\n`;
}
