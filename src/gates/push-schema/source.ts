import { invalidInput, missingSection } from '../../config/findings.ts';
import type { Configuration } from '../../config/load.ts';
import { type Database as DatabaseValues, databaseSchema } from '../../config/schema/databases.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { found, type Place } from '../../core/finding.ts';
import { suggestName } from '../../core/nearest.ts';
import { orderDatabases } from './order.ts';

/** One database as the configuration or the inputs describe it, before any variable is read. */
export interface Source {
  /** As the configuration calls it. */
  name: string;
  /** The folder of the migrations, from the root of the repository. */
  folder: string;
  values: DatabaseValues;
  /** Where the configuration has a key of this database. */
  placeOf(...path: string[]): Place | undefined;
}

export interface SourceInputs {
  /** Only these databases; all when empty. */
  databases: string[];
  /** A folder of migrations, instead of a configuration file. */
  migrations: string;
  /** The variable with the connection string, for `migrations`. */
  database: string;
}

/** The one database that the inputs describe. Throws a GateError if they are incomplete. */
export function readInputSource(inputs: SourceInputs, context: GateContext): Source {
  const values = databaseSchema.safeParse({ migrations: inputs.migrations, database: inputs.database });
  if (!values.data) {
    context.redactor.add(inputs.database); // most likely the connection string itself
    const message = 'The input `database` is not the name of a variable.';
    const help = 'Set it to the name of the variable that holds the connection string, such as DATABASE_URL.';
    throw new GateError([found(invalidInput, { message, help })]);
  }
  return { name: 'database', folder: trimFolder(values.data), values: values.data, placeOf: () => undefined };
}

/** The databases of the configuration, each after those in its `after`. Throws a GateError if there are none. */
export function readSources(config: Configuration, inputs: SourceInputs): Source[] {
  const known = Object.keys(config.schema);
  const unknown = inputs.databases.filter(name => !known.includes(name));
  if (unknown.length > 0) {
    const message = `The input \`databases\` names ${unknown.join(', ')}, which ${config.path} does not have.`;
    throw new GateError([found(invalidInput, { message, help: suggestName(unknown.join(', '), known) })]);
  }
  if (known.length === 0) {
    const message = `${config.path} declares no database.`;
    const help =
      'Add `schema:`, give the action `migrations` and `database`, or remove the gate: its step, or its name in `gates`.';
    throw new GateError([found(missingSection, { message, help })]);
  }
  const order = orderDatabases(config.schema, name => config.placeOfKey(['schema', name, 'after']));
  return Object.entries(config.schema)
    .filter(([name]) => inputs.databases.length === 0 || inputs.databases.includes(name))
    .sort(([one], [other]) => order.indexOf(one) - order.indexOf(other))
    .map(([name, values]) => ({
      name,
      folder: trimFolder(values),
      values,
      placeOf: (...path) => config.placeOfKey(['schema', name, ...path]),
    }));
}

function trimFolder({ migrations }: DatabaseValues): string {
  return migrations.replace(/\/+$/, '');
}
