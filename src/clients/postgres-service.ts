import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Variables } from '../core/context.ts';
import { getErrorCode } from '../core/errors.ts';
import { MalformedConninfo } from './postgres-conninfo.ts';

/**
 * The parameters of a service (docs: PostgreSQL, The Connection Service File). `file` is that of PGSERVICEFILE; by default
 * `~/.pg_service.conf`. Throws a MalformedConninfo if there is no such service.
 */
export function readService(name: string, file: string | undefined, variables: Variables): Map<string, string> {
  const path = file ?? join(variables.HOME ?? '', '.pg_service.conf');
  const parameters = findSection(readText(path), name);
  if (!parameters) throw new MalformedConninfo('names a service that the connection service file does not have');
  return parameters;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8'); // a few hundred bytes, once for each connection string
  } catch (error) {
    const reason = getErrorCode(error) === 'ENOENT' ? 'does not exist' : 'cannot be read';
    throw new MalformedConninfo(
      `names a service, but the connection service file ${reason} (PGSERVICEFILE, or ~/.pg_service.conf)`,
    );
  }
}

function findSection(text: string, name: string): Map<string, string> | undefined {
  let parameters: Map<string, string> | undefined;
  for (const line of text.split('\n').map(each => each.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) {
      if (parameters) return parameters;
      if (line === `[${name}]`) parameters = new Map();
    } else if (parameters) {
      const [, key, value] = /^([^=]+)=(.*)$/.exec(line) ?? [];
      if (key === undefined || value === undefined || key === 'service')
        throw new MalformedConninfo('names a service whose section has a line that libpq does not accept');
      if (!parameters.has(key)) parameters.set(key, value);
    }
  }
  return parameters;
}
