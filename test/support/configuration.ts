import { parseConfigDocument } from '../../src/config/document.ts';
import { type Configuration, type ConfigurationRequest, configurationOf } from '../../src/config/load.ts';
import { wholeSchema } from '../../src/config/schema.ts';

const schema = await wholeSchema();

/** The configuration in a text, which cannot include other files. Throws a GateError as loading a file does. */
export function parseConfiguration(text: string, request: Omit<ConfigurationRequest, 'workspace'>): Configuration {
  return configurationOf(parseConfigDocument(text, request.path), request, schema);
}
