import { buildSchema, graphql } from 'graphql';
import type { EmulatorRequest, Route } from '../http.ts';
import { route } from '../http.ts';
import { recordOf, textOf } from '../values.ts';
import type { FlyApp } from './app.ts';
import { inProgress, type Release, stable } from './releases.ts';

/** The part of Fly's GraphQL schema that is answered here; superfly/fly-go schema.graphql is the whole of it. */
export const SCHEMA = `
  scalar ISO8601DateTime
  scalar JSON
  enum DeploymentStrategy { CANARY ROLLING IMMEDIATE SIMPLE BLUEGREEN ROLLING_ONE }
  type Organization { id: ID! name: String! slug: String! }
  type Secret { id: ID! name: String! digest: String! createdAt: ISO8601DateTime! }
  type User { id: ID! email: String! name: String }
  type ReleaseUnprocessed {
    id: ID!
    version: Int!
    description: String!
    reason: String!
    status: String!
    imageRef: String
    configDefinition: JSON
    stable: Boolean!
    inProgress: Boolean!
    deploymentStrategy: DeploymentStrategy!
    revertedTo: Int
    user: User
    createdAt: ISO8601DateTime!
    updatedAt: ISO8601DateTime!
  }
  type ReleaseUnprocessedConnection { nodes: [ReleaseUnprocessed] totalCount: Int! }
  type App {
    id: ID!
    name: String!
    hostname: String
    appUrl: String
    status: String!
    deployed: Boolean!
    organization: Organization!
    secrets: [Secret!]!
    currentReleaseUnprocessed: ReleaseUnprocessed
    releasesUnprocessed(after: String, before: String, first: Int, last: Int): ReleaseUnprocessedConnection!
  }
  type Queries { app(id: String, internalId: String, name: String): App currentUser: User! }
  schema { query: Queries }
`;

const schema = buildSchema(SCHEMA);

export function graphqlRoutes(allowed: (request: EmulatorRequest) => ReadonlyMap<string, FlyApp>): Route[] {
  return [
    route('POST /graphql', async request => {
      const apps = allowed(request);
      const result = await graphql({
        schema,
        source: textOf(request.body.query) ?? '',
        variableValues: recordOf(request.body.variables),
        rootValue: {
          app: ({ name, id }: { name?: string; id?: string }) => resolveApp(apps.get(name ?? id ?? '')),
          currentUser: () => ({ id: 'user-1', email: 'deployer@example.com', name: 'Deployer' }),
        },
      });
      return { status: 200, body: { data: result.data ?? null, ...errorsOf(result.errors) } };
    }),
  ];
}

function errorsOf(errors: readonly { toJSON(): object }[] | undefined): object {
  return errors === undefined ? {} : { errors: errors.map(error => error.toJSON()) };
}

/** Carries the code that Fly's client looks at: superfly/fly-go, errors of the GraphQL client. */
class CodedError extends Error {
  readonly extensions: { code: string };

  constructor(message: string, code: string) {
    super(message);
    this.extensions = { code };
  }
}

function resolveApp(app: FlyApp | undefined): unknown {
  if (app === undefined) throw new CodedError('Could not find App', 'NOT_FOUND');
  return {
    id: app.name,
    name: app.name,
    hostname: `${app.name}.fly.dev`,
    appUrl: app.domain.url,
    status: 'deployed',
    deployed: true,
    organization: { id: 'org-1', name: 'Acme', slug: 'acme' },
    secrets: app.secretDigests.map(({ name, digest }) => ({
      id: name,
      name,
      digest,
      createdAt: app.createdAt.toISOString(),
    })),
    currentReleaseUnprocessed: app.releases.current === undefined ? null : resolveRelease(app.releases.current),
    releasesUnprocessed: ({ first }: { first?: number }) => {
      const nodes = app.releases.newestFirst(first).map(resolveRelease);
      return { nodes, totalCount: app.releases.newestFirst(Number.POSITIVE_INFINITY).length };
    },
  };
}

function resolveRelease(release: Release): unknown {
  return {
    id: release.id,
    version: release.version,
    description: 'Release',
    reason: 'Deploy',
    status: release.status,
    imageRef: release.image,
    configDefinition: release.definition,
    stable: stable(release),
    inProgress: inProgress(release),
    deploymentStrategy: release.strategy,
    revertedTo: null,
    user: { id: 'user-1', email: release.user, name: 'Deployer' },
    createdAt: release.createdAt.toISOString(),
    updatedAt: release.updatedAt.toISOString(),
  };
}
