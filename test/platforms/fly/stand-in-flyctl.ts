import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What the program does: see its `how`. */
export type Behaviour = 'old' | 'broken' | 'deploys' | 'build-fails' | 'half' | 'nothing' | 'complains' | 'hangs';

/** A folder for the PATH with a program `flyctl` that updates machines as the real one does, and a checkout. */
export interface StandIn {
  path: string;
  workspace: string;
  /** Where the program writes what it was given: `{args, env}`. */
  callFile: string;
  remove(): Promise<void>;
}

export async function standInFlyctl(behaviour: Behaviour): Promise<StandIn> {
  const folder = await mkdtemp(join(tmpdir(), 'flyctl-'));
  const [bin, workspace] = [join(folder, 'bin'), join(folder, 'checkout')];
  await Promise.all([bin, join(workspace, 'backend')].map(name => mkdir(name, { recursive: true })));
  const callFile = join(folder, 'call.json');
  const file = join(bin, 'flyctl');
  await writeFile(file, program(behaviour, callFile));
  await chmod(file, 0o755);
  await writeFile(join(workspace, 'fly.toml'), 'app = "pm-backend"\n');
  return { path: bin, workspace, callFile, remove: () => rm(folder, { recursive: true }) };
}

function program(how: Behaviour, callFile: string): string {
  return `#!${process.execPath}
const { writeFileSync } = require('node:fs');
const how = ${JSON.stringify(how)};
const { env, argv } = process;
if (argv[2] === 'version') {
  writeFileSync(${JSON.stringify(`${callFile}.version`)}, JSON.stringify(env));
  if (how === 'broken') throw new Error('libc.so.6 is too old');
  const version = how === 'old' ? '0.1.148' : '0.4.54';
  console.log('flyctl v' + version + ' linux/amd64 Commit: 0000000 BuildDate: 2026-05-20T19:54:37Z');
  process.exit(0);
}
const valueOf = name => argv[argv.indexOf(name) + 1];
writeFileSync(${JSON.stringify(callFile)}, JSON.stringify({ args: argv.slice(2), env, cwd: process.cwd() }));
console.log('::error::==> Building image');
const at = env.FLY_FLAPS_BASE_URL + '/v1/apps/' + valueOf('--app') + '/machines';
const headers = { authorization: 'FlyV1 ' + env.FLY_API_TOKEN, 'content-type': 'application/json' };
const image = 'registry.fly.io/' + valueOf('--app') + ':' + valueOf('--image-label');
async function update({ id, config }) {
  const body = JSON.stringify({ config: { ...config, image } });
  const answer = await fetch(at + '/' + id, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(await answer.text());
  const { instance_id } = await answer.json();
  await fetch(at + '/' + id + '/wait?state=started&timeout=60&instance_id=' + instance_id, { headers });
  for (;;) {
    const { state, checks } = await (await fetch(at + '/' + id, { headers })).json();
    if (state === 'started' && checks.length > 0 && checks.every(check => check.status === 'passing')) return;
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
async function main() {
  if (how === 'hangs') return setInterval(() => {}, 1000);
  if (how === 'nothing') return;
  if (how === 'build-fails') throw new Error('failed to solve: process "npm ci" did not complete successfully');
  const all = await (await fetch(at, { headers })).json();
  const machines = all.filter(({ config }) => config.metadata.fly_process_group === 'app');
  for (const machine of how === 'half' ? machines.slice(0, 1) : machines) await update(machine);
  if (how === 'half') throw new Error('lost the connection to the machines');
  if (how === 'complains') throw new Error('could not note the release as complete');
}
main().catch(error => {
  console.error('Error: ' + error.message);
  process.exitCode = 1;
});
`;
}
