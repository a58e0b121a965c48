import { type Answer, type EmulatorRequest, Refusal, type Route, route } from '../http.ts';
import { textOf } from '../values.ts';
import type { FlyApp } from './app.ts';
import { releaseView } from './present.ts';

const STRATEGIES = ['ROLLING', 'CANARY', 'BLUEGREEN', 'IMMEDIATE', 'SIMPLE', 'ROLLING_ONE'];

/** Releases and logs under /api/v1: superfly/flyctl internal/uiex/releases.go, superfly/fly-go resource_logs.go. */
export function releaseRoutes(appOf: (request: EmulatorRequest) => FlyApp, apps: ReadonlyMap<string, FlyApp>): Route[] {
  return [
    route('GET /api/v1/apps/:app/releases', request => {
      const limit = Number(request.query.get('limit') ?? '25');
      return { status: 200, body: { releases: appOf(request).releases.newestFirst(limit).map(releaseView) } };
    }),
    route('GET /api/v1/apps/:app/releases/current', request => {
      const { current } = appOf(request).releases;
      return current === undefined ? { status: 404, body: { error: 'Not found' } } : ok(releaseView(current));
    }),
    route('POST /api/v1/releases', ({ body }) => {
      const app = apps.get(textOf(body.app_name) ?? '');
      if (app === undefined) throw new Refusal({ status: 404, body: { error: 'Could not find App' } });
      const image = textOf(body.image);
      const strategy = textOf(body.strategy) ?? 'ROLLING';
      if (image === undefined) throw invalid('image is required');
      if (!STRATEGIES.includes(strategy)) throw invalid(`strategy must be one of ${STRATEGIES.join(', ')}`);
      const release = app.releases.create(image, strategy, 'pending', body.definition ?? null);
      return { status: 201, body: { release: releaseView(release) } };
    }),
    route('PATCH /api/v1/releases/:id', ({ params, body }) => {
      const release = [...apps.values()].map(app => app.releases.find(params.id ?? '')).find(found => found);
      if (release === undefined) throw new Refusal({ status: 404, body: { error: 'Not found' } });
      release.status = textOf(body.status) ?? release.status;
      release.metadata = body.metadata ?? release.metadata;
      release.updatedAt = new Date();
      return ok(releaseView(release));
    }),
    route('GET /api/v1/apps/:app/logs', request => logs(appOf(request), request)),
  ];
}

/** The lines of all machines, oldest first; `next_token` leads to those that come after. */
function logs(app: FlyApp, request: EmulatorRequest): Answer {
  // An empty instance is that of no machine: fly-go leaves the parameter out (superfly/fly-go resource_logs.go).
  const instance = request.query.get('instance');
  const after = Number(request.query.get('next_token') || '0');
  const all = app.machines
    .flatMap(machine => machine.workload.log.entries.map(entry => ({ machine, entry })))
    .sort((one, other) => one.entry.at.getTime() - other.entry.at.getTime());
  const shown = all.slice(after).filter(({ machine }) => instance === null || machine.id === instance);
  const data = shown.map(({ machine, entry }, index) => ({
    id: String(after + index),
    type: 'log',
    attributes: {
      timestamp: entry.at.toISOString(),
      message: entry.text,
      level: 'info',
      instance: machine.id,
      region: machine.region,
      meta: { instance: machine.id, region: machine.region, event: { provider: 'app' } },
    },
  }));
  return ok({ data, meta: { next_token: String(all.length) } });
}

function ok(body: unknown): Answer {
  return { status: 200, body };
}

function invalid(error: string): Refusal {
  return new Refusal({ status: 422, body: { error } });
}
