import type { VariableOf } from '../../../config/schema/variables.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';

/** Base64 in either alphabet of RFC 4648, with or without its padding. */
export const base64: EnvironmentType<VariableOf<'base64'>> = {
  boundary: 'delivery',
  rule: subject => {
    const { declared, value } = subject;
    const length = countBytes(value);
    if (length === undefined)
      return [reportInvalid(subject, 'is not base64', 'Set it to base64, for example from `openssl rand -base64 32`.')];
    const { bytes, 'min-bytes': least } = declared;
    if (bytes !== undefined && length !== bytes) {
      const help = `Set it to ${bytes} bytes in base64, for example from \`openssl rand -base64 ${bytes}\`.`;
      return [reportInvalid(subject, `stands for ${length} bytes, not ${bytes}`, help)];
    }
    if (least !== undefined && length < least) {
      const help = `Set it to ${least} bytes or more in base64, for example from \`openssl rand -base64 ${least}\`.`;
      return [reportInvalid(subject, `stands for ${length} bytes`, help)];
    }
    return [];
  },
  isSecret: () => true,
};

function countBytes(text: string): number | undefined {
  const bare = text.replace(/={1,2}$/, '');
  const oneAlphabet = /^[A-Za-z0-9+/]+$/.test(bare) || /^[A-Za-z0-9_-]+$/.test(bare);
  const padded = text.length === bare.length || text.length % 4 === 0;
  return oneAlphabet && padded && bare.length % 4 !== 1 ? Math.floor((bare.length * 3) / 4) : undefined;
}
