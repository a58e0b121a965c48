import * as z from 'zod';
import type { Model } from '../../script/vendors/go-models.ts';
import { contract } from './contracts.ts';
import { isRecord } from './emulators/values.ts';

/** Models that a vendor publishes with its client, by name. */
export type Models = Record<string, Model>;

/** Models from the folder next to the checkout, or undefined if they are not there. */
export function publishedModels(file: string): Models | undefined {
  const text = contract(file);
  return text === undefined ? undefined : JSON.parse(text);
}

export const MODELS_MISSING = 'runs once `script/contracts` has fetched the models of the vendors';

/** What of a value is not as the model says: a field that the vendor does not have, of another type, or missing. */
export function findViolations(value: unknown, model: Model, models: Models, path = ''): string[] {
  const { type, enum: values, properties, required = [], items, additionalProperties } = resolve(model, models);
  if (value === null || value === undefined || type === undefined) return [];
  if (type === 'array') {
    if (!Array.isArray(value)) return [`${path} is no list`];
    return value.flatMap(item => findViolations(item, items ?? {}, models, `${path}[]`));
  }
  if (values !== undefined && !values.includes(String(value)))
    return [`${path} is ${value}, not ${values.join(' or ')}`];
  if (type !== 'object') return isOfType(value, type) ? [] : [`${path} is no ${type}`];
  if (!isRecord(value)) return [`${path} is no object`];
  const missing = required.filter(name => value[name] === undefined).map(name => `${path}.${name} is missing`);
  const inside = Object.entries(value).flatMap(([name, item]) => {
    const field = properties?.[name] ?? additionalProperties;
    if (field === undefined) return [`${path}.${name} is unknown to the vendor`];
    return findViolations(item, field, models, `${path}.${name}`);
  });
  return [...missing, ...inside];
}

function isOfType(value: unknown, type: string): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}

function resolve(model: Model, models: Models): Model {
  return model.$ref === undefined ? model : resolve(models[model.$ref] ?? {}, models);
}

/** The fields that our own schema reads and the vendor's model does not have. */
export function findUnknownFields(schema: z.ZodType, model: Model, models: Models): string[] {
  return compare(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), model, models, '');
}

function compare(own: unknown, model: Model, models: Models, path: string): string[] {
  if (!isRecord(own)) return [];
  const { anyOf, properties, items, additionalProperties } = own;
  const theirs = resolve(model, models);
  if (Array.isArray(anyOf)) return anyOf.flatMap(one => compare(one, model, models, path));
  if (items && theirs.items) return compare(items, theirs.items, models, `${path}[]`);
  if (!isRecord(properties)) {
    return theirs.additionalProperties ? compare(additionalProperties, theirs.additionalProperties, models, path) : [];
  }
  if (theirs.properties === undefined) return [];
  return Object.entries(properties).flatMap(([name, field]) => {
    const their = theirs.properties?.[name];
    return their ? compare(field, their, models, `${path}.${name}`) : [`${path}.${name}`];
  });
}
