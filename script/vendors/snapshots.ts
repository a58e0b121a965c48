import {
  buildClientSchema,
  buildSchema,
  type GraphQLSchema,
  type IntrospectionQuery,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { listModelFields, type Model, pickModels, readGoModels } from './go-models.ts';

/** What a vendor publishes, kept in test/contracts for the contract tests. */
export interface Snapshot {
  /** In the folder of contracts. */
  file: string;
  /** On GitHub. */
  repository: string;
  paths: string[];
  /** The text to keep, from the texts of the files. */
  reduce(texts: string[]): string;
  /** What the kept text says, one fact a line: `Machine.state: string`. */
  list(text: string): string[];
  /** The folders whose code relies on it. */
  reliedOnBy: string[];
}

const [flySource, flyEmulator] = ['src/platforms/fly', 'test/support/emulators/fly'];
const [renderSource, renderEmulator] = ['src/platforms/render', 'test/support/emulators/render'];
const [railwaySource, railwayEmulator] = ['src/platforms/railway', 'test/support/emulators/railway'];

export const snapshots: Snapshot[] = [
  {
    file: 'fly-graphql-schema.graphql',
    repository: 'superfly/fly-go',
    paths: ['schema.graphql'],
    reduce: ([text = '']) => text,
    list: text => listSchema(buildSchema(text)),
    reliedOnBy: [flySource, flyEmulator],
  },
  goSnapshot({
    file: 'fly-machines.json',
    repository: 'superfly/fly-go',
    paths: ['machine_types.go', 'secrets_types.go'],
    names: ['Machine', 'MachineStartResponse', 'MachineLease', 'LaunchMachineInput', 'ListAppSecretsResp'],
    reliedOnBy: [flySource, flyEmulator],
  }),
  goSnapshot({
    file: 'fly-releases.json',
    repository: 'superfly/flyctl',
    paths: ['internal/uiex/releases.go'],
    names: ['Release', 'CreateReleaseRequest'],
    reliedOnBy: [flySource, flyEmulator],
  }),
  goSnapshot({
    file: 'render-api.json',
    repository: 'render-oss/cli',
    paths: [
      'pkg/client/types_gen.go',
      'pkg/client/logs/logs_gen.go',
      'pkg/client/autodeploy/autodeploy_gen.go',
      'pkg/client/postgres/postgres_gen.go',
    ],
    names: [
      'AutoDeployTrigger',
      'Service',
      'ServicePATCH',
      'Deploy',
      'DeployWithCursor',
      'CreateDeployJSONBody',
      'RollbackDeployJSONBody',
      'EnvVarWithCursor',
      'EnvGroup',
      'EnvGroupMeta',
      'Logs200Response',
      'Error',
    ],
    reliedOnBy: [renderSource, renderEmulator],
  }),
  {
    file: 'railway-graphql-schema.json',
    repository: 'railwayapp/cli',
    paths: ['src/gql/schema.json'],
    reduce: ([text = '']) => JSON.stringify(JSON.parse(text)),
    list: text => {
      const introspection: { data?: IntrospectionQuery } & IntrospectionQuery = JSON.parse(text);
      return listSchema(buildClientSchema(introspection.data ?? introspection));
    },
    reliedOnBy: [railwaySource, railwayEmulator],
  },
  {
    file: 'sentry-issues.json',
    repository: 'getsentry/sentry-api-schema',
    paths: ['openapi-derefed.json'],
    reduce: ([text = '']) => `${JSON.stringify(pickIssues(JSON.parse(text)), undefined, 1)}\n`,
    list: text => listIssueFields(JSON.parse(text)),
    reliedOnBy: ['src/vendors/sentry'],
  },
];

interface GoSnapshot extends Pick<Snapshot, 'file' | 'repository' | 'paths' | 'reliedOnBy'> {
  /** Of the models. */
  names: string[];
}

function goSnapshot({ names, ...about }: GoSnapshot): Snapshot {
  return {
    ...about,
    reduce: texts => `${JSON.stringify(pickModels(readGoModels(texts), names), undefined, 1)}\n`,
    list: text => {
      const models: Record<string, Model> = JSON.parse(text);
      return listModelFields(models);
    },
  };
}

function listSchema(schema: GraphQLSchema): string[] {
  return Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith('__'))
    .flatMap(type => {
      if (isEnumType(type)) return type.getValues().map(({ name }) => `${type.name}.${name}: value`);
      if (isInputObjectType(type)) {
        return Object.values(type.getFields()).map(field => `${type.name}.${field.name}: ${field.type}`);
      }
      if (!isObjectType(type) && !isInterfaceType(type)) return [];
      return Object.values(type.getFields()).flatMap(field => [
        `${type.name}.${field.name}: ${field.type}`,
        ...field.args.map(arg => `${type.name}.${field.name}.${arg.name}: ${arg.type}`),
      ]);
    });
}

const issues = '/api/0/organizations/{organization_id_or_slug}/issues/';

/** Of Sentry's OpenAPI description: what lists issues. */
interface Issues {
  parameters: { name: string; schema: { enum?: string[] } }[];
  issue: { properties: Record<string, { type?: string }> };
}

interface OpenApi {
  paths: Record<
    string,
    {
      get?: {
        parameters: Issues['parameters'];
        responses: Record<string, { content: Record<string, { schema: { items: Issues['issue'] } }> }>;
      };
    }
  >;
}

function pickIssues({ paths }: OpenApi): Issues {
  const get = paths[issues]?.get;
  const issue = get?.responses['200']?.content['application/json']?.schema.items;
  if (get === undefined || issue === undefined) throw new TypeError(`Sentry no longer describes ${issues}.`);
  return { parameters: get.parameters.map(({ name, schema }) => ({ name, schema })), issue };
}

function listIssueFields({ parameters, issue }: Issues): string[] {
  return [
    ...parameters.map(({ name, schema }) => `issues(${name}): ${schema.enum?.join(', ') ?? ''}`),
    ...Object.entries(issue.properties).map(([name, { type = '' }]) => `Issue.${name}: ${type}`),
  ];
}
