import type { Deployment, ReleaseRecord } from './record.ts';
import type { Redactor } from './redaction.ts';

/**
 * The record without secrets. What a rollback needs stays as it is: an id with `***` in it names no deployment, and a
 * short secret may well be part of the name of an app. Such values come from the platforms and the configuration.
 */
export function redactRecord(record: ReleaseRecord, redactor: Redactor): ReleaseRecord {
  const { version, environment, commit } = record;
  const redacted = redactor.redactAll({ ...record, services: {}, databases: {} });
  const services = mapValues(record.services, service => keepService(service, redactor));
  const databases = mapValues(record.databases, database => keepDatabase(database, redactor));
  return { ...redacted, version, environment, commit, services, databases };
}

function mapValues<Value>(mapping: Record<string, Value>, change: (value: Value) => Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [key, change(value)]));
}

type Service = ReleaseRecord['services'][string];
type Database = ReleaseRecord['databases'][string];

function keepDatabase(database: Database, redactor: Redactor): Database {
  const { migrations } = database;
  if (migrations === undefined) return database;
  return {
    ...database,
    migrations: migrations.map(migration => ({
      ...migration,
      ...(migration.because !== undefined && { because: redactor.redact(migration.because) }),
    })),
  };
}

function keepService(service: Service, redactor: Redactor): Service {
  const { before, after, staged } = service;
  return {
    ...redactor.redactAll(service),
    platform: service.platform,
    ...(before && { before: keepDeployment(before, redactor) }),
    ...(after && { after: keepDeployment(after, redactor) }),
    ...(staged && { staged: keepDeployment(staged, redactor) }),
  };
}

/** A URL may hold credentials, in its user or its query; its origin and path are coordinates. */
function keepDeployment(deployment: Deployment, redactor: Redactor): Deployment {
  return { ...deployment, ...(deployment.url && { url: keepAddress(deployment.url, redactor) }) };
}

function keepAddress(text: string, redactor: Redactor): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url && url.username === '' && url.search === '' ? text : redactor.redact(text);
}
