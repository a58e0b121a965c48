import * as z from 'zod';
import type { RailwayService } from '../../config/schema/services.ts';
import type { PlatformDependencies, PlatformVariable } from '../platform.ts';
import { createGraphQl } from './graphql.ts';
import { Pace } from './pace.ts';
import { readRailwayToken } from './token.ts';

/** Railway's GraphQL schema, Deployment: what is used of it. `meta` has no type there. */
const deploymentSchema = z.looseObject({
  id: z.string(),
  status: z.string(),
  canRollback: z.boolean().default(false),
  serviceId: z.string().nullish(),
  environmentId: z.string().optional(),
  staticUrl: z.string().nullish(),
  createdAt: z.string().nullish(),
  meta: z
    .looseObject({
      commitHash: z.string().nullish(),
      commitAuthor: z.string().nullish(),
      image: z.string().nullish(),
    })
    .nullish(),
});

const deploymentFields = 'id status canRollback serviceId environmentId staticUrl createdAt meta';
const logSchema = z.array(z.looseObject({ message: z.string() }));

export type RailwayDeployment = z.infer<typeof deploymentSchema>;

/** Railway's API for one service in one environment. Every method throws as `Api` does. */
export interface RailwayApi {
  /** A pause in milliseconds, longer where few requests of the hour are left. */
  stretch(pause: number): number;
  /** Project and environment of a project token; undefined for a token of an account. */
  readScope(signal: AbortSignal): Promise<{ projectId: string; environmentId: string } | undefined>;
  /** The deployments that serve, without newer ones that failed. */
  listActive(signal: AbortSignal): Promise<RailwayDeployment[]>;
  readDeployment(id: string, signal: AbortSignal): Promise<RailwayDeployment>;
  /** The newest first, removed ones too. */
  listDeployments(signal: AbortSignal): Promise<RailwayDeployment[]>;
  /** A repository or an image. */
  readSource(signal: AbortSignal): Promise<{ repo?: string | null | undefined; image?: string | null | undefined }>;
  /** Milliseconds that the deployment before may stay active beside a new one. */
  readOverlap(signal: AbortSignal): Promise<number>;
  /** The image that the next deployment runs. */
  setImage(image: string, signal: AbortSignal): Promise<void>;
  /** Deploys a commit, or the image of the service. Returns the id of the new deployment. */
  deploy(commit: string | undefined, signal: AbortSignal): Promise<string>;
  cancelDeployment(id: string, signal: AbortSignal): Promise<void>;
  /** Makes a new deployment with the image and the variables of an earlier one. Railway does not tell its id. */
  rollBack(id: string, signal: AbortSignal): Promise<void>;
  /** Whether deployments of pushes wait for the checks on GitHub, and are skipped if one fails ("Wait for CI"). */
  waitsForChecks(signal: AbortSignal): Promise<boolean>;
  readAutoDeploy(signal: AbortSignal): Promise<boolean>;
  setAutoDeploy(on: boolean, signal: AbortSignal): Promise<void>;
  listVariables(signal: AbortSignal): Promise<PlatformVariable[]>;
  readLog(id: string, kind: 'build' | 'deployment', signal: AbortSignal): Promise<string[]>;
}

const mostLogLines = 40;

export function createRailwayApi(
  { project, environment, service }: Pick<RailwayService, 'project' | 'environment' | 'service'>,
  dependencies: PlatformDependencies,
): RailwayApi {
  const token = readRailwayToken(dependencies.context);
  const pace = new Pace();
  const ask = createGraphQl(token, dependencies, headers => pace.note(headers));
  const instance = { environmentId: environment, serviceId: service };
  const theService = `the service ${service}`;

  return {
    stretch: pause => pace.stretch(pause),
    readScope: async signal => {
      if (token.variable !== 'RAILWAY_TOKEN') return undefined;
      const schema = z.looseObject({
        projectToken: z.looseObject({ projectId: z.string(), environmentId: z.string() }),
      });
      const query = 'query { projectToken { projectId environmentId } }';
      return (await ask(schema, { query, variables: {}, what: 'the project of the token', signal })).projectToken;
    },
    listActive: async signal => {
      const query = `query ($environmentId: String!, $serviceId: String!) {
        serviceInstance(environmentId: $environmentId, serviceId: $serviceId) { activeDeployments { ${deploymentFields} } }
      }`;
      const schema = z.looseObject({
        serviceInstance: z.looseObject({ activeDeployments: z.array(deploymentSchema) }),
      });
      const what = `${theService} in the environment ${environment}`;
      return (await ask(schema, { query, variables: instance, what, signal })).serviceInstance.activeDeployments;
    },
    readDeployment: async (id, signal) => {
      const query = `query ($id: String!) { deployment(id: $id) { ${deploymentFields} } }`;
      const schema = z.looseObject({ deployment: deploymentSchema });
      return (await ask(schema, { query, variables: { id }, what: `the deployment ${id}`, signal })).deployment;
    },
    listDeployments: async signal => {
      const query = `query ($input: DeploymentListInput!, $first: Int) {
        deployments(input: $input, first: $first) { edges { node { ${deploymentFields} } } }
      }`;
      const schema = z.looseObject({
        deployments: z.looseObject({ edges: z.array(z.looseObject({ node: deploymentSchema })) }),
      });
      const variables = { input: { projectId: project, ...instance, includeDeleted: true }, first: 20 };
      const { deployments } = await ask(schema, { query, variables, what: `the deployments of ${theService}`, signal });
      return deployments.edges.map(({ node }) => node);
    },
    readSource: async signal => {
      const query = `query ($environmentId: String!, $serviceId: String!) {
        serviceInstance(environmentId: $environmentId, serviceId: $serviceId) { source { image repo } }
      }`;
      const source = z.looseObject({ repo: z.string().nullish(), image: z.string().nullish() });
      const schema = z.looseObject({ serviceInstance: z.looseObject({ source: source.nullish() }) });
      const answer = await ask(schema, { query, variables: instance, what: `the source of ${theService}`, signal });
      return answer.serviceInstance.source ?? {};
    },
    readOverlap: async signal => {
      const query = `query ($environmentId: String!, $serviceId: String!) {
        serviceInstance(environmentId: $environmentId, serviceId: $serviceId) { overlapSeconds drainingSeconds }
      }`;
      const seconds = z.number().nullish();
      const serviceInstance = z.looseObject({ overlapSeconds: seconds, drainingSeconds: seconds });
      const schema = z.looseObject({ serviceInstance });
      const answer = await ask(schema, { query, variables: instance, what: `the settings of ${theService}`, signal });
      const { overlapSeconds, drainingSeconds } = answer.serviceInstance;
      return ((overlapSeconds ?? 0) + (drainingSeconds ?? 0)) * 1000;
    },
    setImage: async (image, signal) => {
      const query = `mutation ($environmentId: String!, $serviceId: String!, $input: ServiceInstanceUpdateInput!) {
        serviceInstanceUpdate(environmentId: $environmentId, serviceId: $serviceId, input: $input)
      }`;
      const variables = { ...instance, input: { source: { image } } };
      await ask(z.unknown(), { query, variables, what: `the image of ${theService}`, repeatable: true, signal });
    },
    deploy: async (commit, signal) => {
      const query = `mutation ($environmentId: String!, $serviceId: String!, $commitSha: String) {
        serviceInstanceDeployV2(environmentId: $environmentId, serviceId: $serviceId, commitSha: $commitSha)
      }`;
      const schema = z.looseObject({ serviceInstanceDeployV2: z.string() });
      const variables = { ...instance, ...(commit && { commitSha: commit }) };
      const answer = await ask(schema, { query, variables, what: `a deployment of ${theService}`, signal });
      return answer.serviceInstanceDeployV2;
    },
    cancelDeployment: async (id, signal) => {
      const query = 'mutation ($id: String!) { deploymentCancel(id: $id) }';
      await ask(z.unknown(), { query, variables: { id }, what: `the deployment ${id}`, repeatable: true, signal });
    },
    rollBack: async (id, signal) => {
      const query = 'mutation ($id: String!) { deploymentRollback(id: $id) }';
      await ask(z.unknown(), { query, variables: { id }, what: `the rollback to ${id}`, signal });
    },
    waitsForChecks: async signal => {
      const query = `query ($projectId: String!, $environmentId: String!, $serviceId: String!) {
        deploymentTriggers(projectId: $projectId, environmentId: $environmentId, serviceId: $serviceId) {
          edges { node { checkSuites } }
        }
      }`;
      const node = z.looseObject({ checkSuites: z.boolean() });
      const triggers = z.looseObject({ edges: z.array(z.looseObject({ node })) });
      const schema = z.looseObject({ deploymentTriggers: triggers });
      const variables = { projectId: project, ...instance };
      const answer = await ask(schema, { query, variables, what: `the triggers of ${theService}`, signal });
      return answer.deploymentTriggers.edges.some(edge => edge.node.checkSuites);
    },
    readAutoDeploy: async signal => {
      const query = `query ($projectId: String!, $environmentId: String!, $serviceId: String!) {
        serviceInstanceAutoDeployStatus(projectId: $projectId, environmentId: $environmentId, serviceId: $serviceId) {
          enabled
        }
      }`;
      const status = z.looseObject({ enabled: z.boolean() });
      const schema = z.looseObject({ serviceInstanceAutoDeployStatus: status });
      const variables = { projectId: project, ...instance };
      const what = `the automatic deploys of ${theService}`;
      return (await ask(schema, { query, variables, what, signal })).serviceInstanceAutoDeployStatus.enabled;
    },
    setAutoDeploy: async (enabled, signal) => {
      const query = `mutation ($input: ServiceInstanceAutoDeployUpdateInput!) {
        serviceInstanceAutoDeployUpdate(input: $input) { enabled }
      }`;
      const variables = { input: { projectId: project, ...instance, enabled } };
      const what = `the automatic deploys of ${theService}`;
      await ask(z.unknown(), { query, variables, what, repeatable: true, signal });
    },
    listVariables: async signal => {
      const query = `query ($projectId: String!, $environmentId: String!, $serviceId: String!) {
        variables(projectId: $projectId, environmentId: $environmentId, serviceId: $serviceId)
        environment(id: $environmentId) { variables(first: 500) { edges { node { name isSealed serviceId } } } }
      }`;
      const node = z.looseObject({ name: z.string(), isSealed: z.boolean(), serviceId: z.string().nullish() });
      const schema = z.looseObject({
        variables: z.record(z.string(), z.string()),
        environment: z.looseObject({
          variables: z.looseObject({ edges: z.array(z.looseObject({ node })) }),
        }),
      });
      const scope = { projectId: project, ...instance };
      const answer = await ask(schema, { query, variables: scope, what: `the variables of ${theService}`, signal });
      const sealed = answer.environment.variables.edges
        .map(edge => edge.node)
        .filter(({ isSealed, serviceId }) => isSealed && (!serviceId || serviceId === service));
      const readable = Object.entries(answer.variables).map(([name, value]) => ({ name, value }));
      return [...readable, ...sealed.filter(({ name }) => !(name in answer.variables)).map(({ name }) => ({ name }))];
    },
    readLog: async (id, kind, signal) => {
      const field = kind === 'build' ? 'buildLogs' : 'deploymentLogs';
      const query = `query ($id: String!, $limit: Int) { logs: ${field}(deploymentId: $id, limit: $limit) { message } }`;
      const variables = { id, limit: mostLogLines };
      const { logs } = await ask(z.looseObject({ logs: logSchema }), {
        query,
        variables,
        what: `the log of ${id}`,
        signal,
      });
      return logs.slice(-mostLogLines).map(({ message }) => message);
    },
  };
}
