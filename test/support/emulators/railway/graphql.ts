import { buildSchema, graphql } from 'graphql';
import { type Route, route } from '../http.ts';
import { recordOf, textOf } from '../values.ts';
import type { RailwayDeploymentState, RailwayServiceState } from './service.ts';

/**
 * The part of Railway's GraphQL schema that is answered here; railwayapp/cli src/gql/schema.json is the whole of it.
 */
export const SCHEMA = `
  scalar DateTime
  scalar DeploymentMeta
  scalar EnvironmentVariables
  enum DeploymentStatus {
    BUILDING CRASHED DEPLOYING FAILED INITIALIZING NEEDS_APPROVAL QUEUED REMOVED REMOVING SKIPPED SLEEPING SUCCESS WAITING
  }
  input DeploymentStatusInput { in: [DeploymentStatus!] notIn: [DeploymentStatus!] }
  input DeploymentListInput {
    environmentId: String includeDeleted: Boolean projectId: String serviceId: String status: DeploymentStatusInput
  }
  input ServiceInstanceAutoDeployUpdateInput {
    enabled: Boolean! environmentId: String! projectId: String! serviceId: String!
  }
  input ServiceSourceInput { image: String repo: String }
  input ServiceInstanceUpdateInput { source: ServiceSourceInput }
  type ServiceSource { image: String repo: String }
  type ServiceInstanceAutoDeployUpdateResult { enabled: Boolean! }
  type ServiceInstanceAutoDeployStatus { enabled: Boolean! canEnable: Boolean! reason: String }
  type User { id: ID! }
  type ProjectToken { projectId: String! environmentId: String! }
  type Deployment {
    id: ID! status: DeploymentStatus! canRollback: Boolean! canRedeploy: Boolean! deploymentStopped: Boolean!
    createdAt: DateTime! serviceId: String environmentId: String! projectId: String! staticUrl: String meta: DeploymentMeta
  }
  type ServiceInstance { id: ID! activeDeployments: [Deployment!]! latestDeployment: Deployment source: ServiceSource overlapSeconds: Int drainingSeconds: Int }
  type DeploymentTrigger { branch: String! repository: String! checkSuites: Boolean! }
  type QueryDeploymentTriggersConnectionEdge { node: DeploymentTrigger! }
  type QueryDeploymentTriggersConnection { edges: [QueryDeploymentTriggersConnectionEdge!]! }
  type QueryDeploymentsConnectionEdge { node: Deployment! }
  type QueryDeploymentsConnection { edges: [QueryDeploymentsConnectionEdge!]! }
  type Variable { name: String! isSealed: Boolean! serviceId: String }
  type EnvironmentVariablesConnectionEdge { node: Variable! }
  type EnvironmentVariablesConnection { edges: [EnvironmentVariablesConnectionEdge!]! }
  type Environment { id: ID! variables(first: Int): EnvironmentVariablesConnection! }
  type Log { message: String! timestamp: String! severity: String }
  type Query {
    me: User!
    projectToken: ProjectToken!
    deployment(id: String!): Deployment!
    deployments(input: DeploymentListInput!, first: Int): QueryDeploymentsConnection!
    serviceInstance(environmentId: String!, serviceId: String!): ServiceInstance!
    deploymentTriggers(projectId: String!, environmentId: String!, serviceId: String!): QueryDeploymentTriggersConnection!
    variables(projectId: String!, environmentId: String!, serviceId: String): EnvironmentVariables!
    environment(id: String!): Environment!
    serviceInstanceAutoDeployStatus(projectId: String!, environmentId: String!, serviceId: String!): ServiceInstanceAutoDeployStatus!
    buildLogs(deploymentId: String!, limit: Int): [Log!]!
    deploymentLogs(deploymentId: String!, limit: Int): [Log!]!
  }
  type Mutation {
    deploymentRollback(id: String!): Boolean!
    deploymentCancel(id: String!): Boolean!
    serviceInstanceDeployV2(environmentId: String!, serviceId: String!, commitSha: String): String!
    serviceInstanceUpdate(environmentId: String, serviceId: String!, input: ServiceInstanceUpdateInput!): Boolean!
    serviceInstanceAutoDeployUpdate(input: ServiceInstanceAutoDeployUpdateInput!): ServiceInstanceAutoDeployUpdateResult!
  }
`;

const schema = buildSchema(SCHEMA);

export interface RailwayScope {
  project: string;
  environment: string;
  services: ReadonlyMap<string, RailwayServiceState>;
}

/** Who asks: a project token cannot ask for `me`, a token of an account not for `projectToken`. */
export type Caller = 'project' | 'account' | undefined;

export function graphqlRoute(scope: RailwayScope, callerOf: (headers: Record<string, unknown>) => Caller): Route {
  return route('POST /graphql/v2', async ({ body, headers }) => {
    const result = await graphql({
      schema,
      source: textOf(body.query) ?? '',
      variableValues: recordOf(body.variables),
      rootValue: resolvers(scope, callerOf(headers)),
    });
    // Railway answers errors with 200, and without data.
    if (result.errors) return { status: 200, body: { errors: result.errors.map(one => one.toJSON()), data: null } };
    return { status: 200, body: { data: result.data } };
  });
}

function resolvers(scope: RailwayScope, caller: Caller): object {
  const notAuthorized = () => new Error('Not Authorized');
  const serviceOf = (id: string): RailwayServiceState => {
    if (caller === undefined) throw notAuthorized();
    const service = scope.services.get(id);
    if (service === undefined) throw new Error('ServiceInstance not found');
    return service;
  };
  const find = (id: string): { service: RailwayServiceState; deployment: RailwayDeploymentState } => {
    if (caller === undefined) throw notAuthorized();
    for (const service of scope.services.values()) {
      const deployment = service.deployments.find(one => one.id === id);
      if (deployment) return { service, deployment };
    }
    throw new Error('Deployment not found');
  };
  const view = (service: RailwayServiceState, deployment: RailwayDeploymentState) => ({
    ...deployment,
    canRedeploy: true,
    deploymentStopped: deployment.isStopped,
    createdAt: deployment.createdAt.toISOString(),
    serviceId: service.id,
    environmentId: scope.environment,
    projectId: scope.project,
    staticUrl: service.domain.url,
    meta: service.options.image ? { image: deployment.source } : { commitHash: deployment.source, branch: 'main' },
  });
  const logsOf = (entries: { at: Date; text: string }[], limit = 100) =>
    // The API gives one row more than was asked for (railwayapp/cli src/controllers/deployment.rs).
    entries.slice(-limit - 1).map(({ at, text }) => ({ message: text, timestamp: at.toISOString(), severity: 'info' }));

  return {
    me: () => {
      if (caller !== 'account') throw notAuthorized();
      return { id: 'user-1' };
    },
    projectToken: () => {
      if (caller !== 'project') throw new Error('Project Token not found');
      return { projectId: scope.project, environmentId: scope.environment };
    },
    deployment: ({ id }: { id: string }) => {
      const { service, deployment } = find(id);
      return view(service, deployment);
    },
    deployments: ({
      input,
      first = 20,
    }: {
      input: { serviceId: string; includeDeleted?: boolean };
      first?: number;
    }) => {
      const service = serviceOf(input.serviceId);
      return { edges: service.deployments.slice(0, first).map(one => ({ node: view(service, one) })) };
    },
    serviceInstance: ({ serviceId, environmentId }: { serviceId: string; environmentId: string }) => {
      const service = serviceOf(serviceId);
      if (environmentId !== scope.environment) throw new Error('ServiceInstance not found');
      const [latest] = service.deployments;
      return {
        id: `${service.id}-instance`,
        activeDeployments: service.active.map(one => view(service, one)),
        latestDeployment: latest && view(service, latest),
        overlapSeconds: service.options.overlapSeconds ?? null,
        drainingSeconds: null,
        source: service.options.image ? { image: service.image } : { repo: 'acme/shop' },
      };
    },
    deploymentTriggers: ({ serviceId }: { serviceId: string }) => {
      const { autoDeploy, options } = serviceOf(serviceId);
      const node = { branch: 'main', repository: 'acme/shop', checkSuites: options.waitsForChecks ?? false };
      return { edges: autoDeploy ? [{ node }] : [] };
    },
    variables: ({ serviceId }: { serviceId: string }) => serviceOf(serviceId).variables,
    environment: ({ id }: { id: string }) => ({
      id,
      variables: {
        edges: [...scope.services.values()].flatMap(service => [
          ...Object.keys(service.variables).map(name => ({ node: { name, isSealed: false, serviceId: service.id } })),
          ...(service.options.sealed ?? []).map(name => ({ node: { name, isSealed: true, serviceId: service.id } })),
        ]),
      },
    }),
    buildLogs: ({ deploymentId, limit }: { deploymentId: string; limit?: number }) =>
      logsOf(find(deploymentId).deployment.buildLog.entries, limit),
    deploymentLogs: ({ deploymentId, limit }: { deploymentId: string; limit?: number }) =>
      logsOf(find(deploymentId).deployment.log.entries, limit),
    deploymentRollback: ({ id }: { id: string }) => {
      const { service, deployment } = find(id);
      if (!deployment.canRollback) throw new Error('Deployment cannot be rolled back');
      service.rollback(deployment);
      return true;
    },
    deploymentCancel: ({ id }: { id: string }) => {
      const { service, deployment } = find(id);
      service.cancel(deployment);
      return true;
    },
    serviceInstanceDeployV2: ({ serviceId, commitSha }: { serviceId: string; commitSha?: string }) => {
      const service = serviceOf(serviceId);
      return service.deploy(commitSha ?? service.image).id;
    },
    serviceInstanceUpdate: ({ serviceId, input }: { serviceId: string; input: { source?: { image?: string } } }) => {
      const service = serviceOf(serviceId);
      service.image = input.source?.image ?? service.image;
      return true;
    },
    serviceInstanceAutoDeployStatus: ({ serviceId }: { serviceId: string }) => ({
      enabled: serviceOf(serviceId).autoDeploy,
      canEnable: true,
      reason: null,
    }),
    serviceInstanceAutoDeployUpdate: ({ input }: { input: { serviceId: string; enabled: boolean } }) => {
      serviceOf(input.serviceId).autoDeploy = input.enabled;
      return { enabled: input.enabled };
    },
  };
}
