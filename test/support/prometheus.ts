import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onFreePort } from './free-port.ts';
import { startProcess } from './process.ts';

/** Whether the system has a Prometheus; script/bootstrap installs it where it can. */
export const hasPrometheus = (process.env.PATH ?? '')
  .split(delimiter)
  .some(folder => existsSync(join(folder, 'prometheus')));

export interface RunningPrometheus {
  url: string;
  stop(): Promise<void>;
}

/** Starts a Prometheus on a free port that reads the metrics of one address, `host:port`, every second. */
export async function startPrometheus(target: string): Promise<RunningPrometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'release-gates-prometheus-'));
  const config = join(folder, 'prometheus.yml');
  await writeFile(
    config,
    `global: { scrape_interval: 1s }\nscrape_configs:\n  - { job_name: api, static_configs: [{ targets: ["${target}"] }] }\n`,
  );
  const { running, port } = await onFreePort(async port => ({
    port,
    running: await startProcess(
      'prometheus',
      [
        `--config.file=${config}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { readyWhen: /Server is ready to receive web requests/ },
    ),
  }));
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
