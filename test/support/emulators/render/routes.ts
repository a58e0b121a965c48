import { createHash } from 'node:crypto';
import { type Answer, type EmulatorRequest, Refusal, type Route, route } from '../http.ts';
import { textOf } from '../values.ts';
import type { AutoDeployTrigger, RenderDeploy, RenderServiceState } from './service.ts';

export interface RenderAnswers {
  /** POST deploys is answered with 202 and no body. */
  queuesSilently: boolean;
  /** Deploy operations that one service may have in a minute: 10 (docs: Render API, rate limits). */
  mostDeploysAMinute: number;
}

/** Services, deploys, variables and logs: render-oss/cli pkg/client/client_gen.go. */
export function serviceRoutes(services: ReadonlyMap<string, RenderServiceState>, answers: RenderAnswers): Route[] {
  const serviceOf = ({ params }: EmulatorRequest): RenderServiceState => {
    const found = services.get(params.service ?? '');
    if (found === undefined) throw new Refusal({ status: 404, body: { message: `not found: ${params.service}` } });
    return found;
  };
  const operations = new Map<string, number[]>();
  const limited = (service: RenderServiceState): void => {
    const recent = (operations.get(service.id) ?? []).filter(at => at > Date.now() - 60_000);
    operations.set(service.id, [...recent, Date.now()]);
    if (recent.length < answers.mostDeploysAMinute) return;
    const headers = {
      'retry-after': '60',
      'ratelimit-limit': String(answers.mostDeploysAMinute),
      'ratelimit-remaining': '0',
    };
    throw new Refusal({ status: 429, body: { message: 'rate limit exceeded' }, headers });
  };
  const base = '/v1/services/:service';

  return [
    route(`GET ${base}`, request => ok(serviceView(serviceOf(request)))),
    route(`PATCH ${base}`, request => {
      const service = serviceOf(request);
      const { autoDeploy, autoDeployTrigger } = request.body;
      // Unverified: which trigger `autoDeploy: yes` brings back.
      const wanted =
        triggers.find(one => one === autoDeployTrigger) ??
        { yes: 'commit' as const, no: 'off' as const }[String(autoDeploy)];
      service.autoDeployTrigger = wanted ?? service.autoDeployTrigger;
      return ok(serviceView(service));
    }),
    route(`GET ${base}/deploys`, request => {
      const service = serviceOf(request);
      const wanted = request.query.getAll('status');
      const limit = Number(request.query.get('limit') ?? '20');
      const shown = service.deploys.filter(({ status }) => wanted.length === 0 || wanted.includes(status));
      return ok(shown.slice(0, limit).map(deploy => ({ cursor: deploy.id, deploy: deployView(service, deploy) })));
    }),
    route(`POST ${base}/deploys`, request => {
      const service = serviceOf(request);
      limited(service);
      const source = textOf(request.body.imageUrl) ?? textOf(request.body.commitId) ?? service.options.live;
      const deploy = service.deploy(source, 'api');
      return answers.queuesSilently ? { status: 202 } : { status: 201, body: deployView(service, deploy) };
    }),
    route(`GET ${base}/deploys/:deploy`, request => {
      const service = serviceOf(request);
      return ok(deployView(service, service.find(request.params.deploy ?? '')));
    }),
    route(`POST ${base}/deploys/:deploy/cancel`, request => {
      const service = serviceOf(request);
      const deploy = service.find(request.params.deploy ?? '');
      service.cancel(deploy);
      return ok(deployView(service, deploy));
    }),
    route(`POST ${base}/rollback`, request => {
      const service = serviceOf(request);
      limited(service);
      const deploy = service.rollback(textOf(request.body.deployId) ?? '');
      return { status: 201, body: deployView(service, deploy) };
    }),
    route(`GET ${base}/env-vars`, request => {
      const all = Object.entries(serviceOf(request).options.env ?? {});
      const from = all.findIndex(([name]) => name === request.query.get('cursor')) + 1;
      const page = all.slice(from, from + Number(request.query.get('limit') ?? '20'));
      return ok(page.map(([key, value]) => ({ cursor: key, envVar: { key, value } })));
    }),
    route('GET /v1/logs', ({ query }) => {
      const service = services.get(query.get('resource') ?? '');
      if (query.get('ownerId') === null || service === undefined) {
        return { status: 400, body: { message: 'ownerId and resource are required' } };
      }
      const book = query.get('type') === 'build' ? service.buildLog : service.log;
      const since = Date.parse(query.get('startTime') ?? '') || 0;
      const lines = book.entries.filter(({ at }) => at.getTime() >= since);
      const ordered = query.get('direction') === 'backward' ? lines.toReversed() : lines;
      const logs = ordered.slice(0, Number(query.get('limit') ?? '20')).map(({ at, text }, index) => ({
        id: String(index),
        message: text,
        timestamp: at.toISOString(),
        labels: [{ name: 'resource', value: service.id }],
      }));
      return ok({ logs, hasMore: false, nextStartTime: '', nextEndTime: '' });
    }),
  ];
}

/** The deploy hook of a service, whose address is its own authorisation (docs: Render, deploy hooks). */
export function hookRoutes(services: ReadonlyMap<string, RenderServiceState>, key: string): Route[] {
  const called = ({ params, query }: EmulatorRequest): Answer => {
    const service = services.get(params.service ?? '');
    if (query.get('key') !== key || service === undefined) return { status: 404, text: 'Not Found' };
    const source = query.get('imgURL') ?? query.get('ref') ?? service.options.live;
    return ok({ deploy: { id: service.deploy(source, 'deploy_hook').id } });
  };
  return [route('POST /deploy/:service', called), route('GET /deploy/:service', called)];
}

const triggers: AutoDeployTrigger[] = ['off', 'commit', 'checksPass'];

/** Environment groups: render-oss/cli pkg/client/types_gen.go, EnvGroupMeta and EnvGroup. One for each service that has one. */
export function groupRoutes(services: ReadonlyMap<string, RenderServiceState>): Route[] {
  const groups = [...services.values()].flatMap(({ id, options: { group } }) => (group ? [{ id, group }] : []));
  const metaView = ({ id }: { id: string }) => ({
    id: `evg-${id}`,
    name: `shared by ${id}`,
    ownerId: 'tea-acme',
    serviceLinks: [{ id, name: id, type: 'web' }],
    createdAt: new Date().toISOString(),
    updatedAt: new Date().toISOString(),
  });
  return [
    route('GET /v1/env-groups', () => ok(groups.map(one => ({ cursor: one.id, envGroup: metaView(one) })))),
    route('GET /v1/env-groups/:group', ({ params }) => {
      const one = groups.find(({ id }) => `evg-${id}` === params.group);
      if (one === undefined) throw new Refusal({ status: 404, body: { message: 'not found' } });
      const envVars = Object.entries(one.group).map(([key, value]) => ({ key, value }));
      return ok({ ...metaView(one), envVars, secretFiles: [] });
    }),
  ];
}

function serviceView(service: RenderServiceState): unknown {
  const { options } = service;
  return {
    id: service.id,
    name: service.id.replace('srv-', ''),
    ownerId: 'tea-acme',
    type: options.type ?? 'web_service',
    autoDeploy: service.autoDeployTrigger === 'off' ? 'no' : 'yes',
    autoDeployTrigger: service.autoDeployTrigger,
    suspended: options.suspended ? 'suspended' : 'not_suspended',
    suspenders: [],
    branch: 'main',
    serviceDetails: { url: service.domain.url, healthCheckPath: '/health', numInstances: 1 },
  };
}

function deployView({ options }: RenderServiceState, deploy: RenderDeploy): unknown {
  const { id, status, trigger, source, createdAt } = deploy;
  const made = options.image
    ? { image: { ref: source, sha: `sha256:${createHash('sha256').update(source).digest('hex')}` } }
    : { commit: { id: source, message: 'A change', createdAt: createdAt.toISOString() } };
  return { id, status, trigger, ...made, createdAt: createdAt.toISOString(), updatedAt: createdAt.toISOString() };
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}
