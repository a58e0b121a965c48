import { parseConfigDocument } from '../../src/config/document.ts';
import { buildConfiguration, type Configuration, type ConfigurationRequest } from '../../src/config/load.ts';
import { loadWholeSchema } from '../../src/config/schema.ts';

const schema = await loadWholeSchema();

/** The configuration in a text, which cannot include other files. Throws a GateError as loading a file does. */
export function parseConfiguration(text: string, request: Omit<ConfigurationRequest, 'workspace'>): Configuration {
  return buildConfiguration(parseConfigDocument(text, request.path), request, schema);
}
