import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { describe, expect, test } from '@jest/globals';
import { startProcess } from './process.ts';

const node = (program: string) => [process.execPath, ['-e', program]] as const;
const FOREVER = 'setInterval(() => {}, 1000);';

describe('a process of a test', () => {
  test('is ready once it has said so, on either stream', async () => {
    const running = await startProcess(...node(`${FOREVER} console.error('listening')`), { readyWhen: /listening/ });
    expect(running.output()).toContain('listening');
    await running.stop();
  });

  test('is asked to stop by its own signal, and its status is told', async () => {
    const program = `${FOREVER} process.on('SIGUSR2', () => process.exit(7)); console.log('listening')`;
    const running = await startProcess(...node(program), { readyWhen: /listening/, stopSignal: 'SIGUSR2' });
    await running.stop();
    expect(await running.exited).toBe(7);
  });

  test('is killed when it will not stop', async () => {
    const program = `${FOREVER} process.on('SIGTERM', () => {}); console.log('listening')`;
    const running = await startProcess(...node(program), { readyWhen: /listening/, stopWithin: 50 });
    await running.stop();
    expect(await running.exited).toBe(128 + constants.signals.SIGKILL);
  });

  test('that ends before it is ready is an error with what it printed', async () => {
    const started = startProcess(...node("console.log('no such table'); process.exit(3)"), { readyWhen: /listening/ });
    await expect(started).rejects.toThrow(/status 3[\s\S]*no such table/);
  });

  test('that cannot be started is an error', async () => {
    await expect(startProcess(process.execPath, [], { cwd: '/no/such/folder' })).rejects.toThrow('ENOENT');
  });

  test('that is never ready is an error, and is stopped', async () => {
    const program = `console.log(process.pid); ${FOREVER}`;
    const started = startProcess(...node(program), { readyWhen: /listening/, readyWithin: 300 });
    await expect(started).rejects.toThrow('was not ready within 300 ms');
  });

  test('does not outlive the one who started it, however that ends', async () => {
    const module = new URL('./process.ts', import.meta.url).href;
    const parent = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `const { startProcess } = await import(${JSON.stringify(module)});
       const program = "console.log('child', process.pid); setInterval(() => {}, 1000)";
       const running = await startProcess(process.execPath, ['-e', program], { readyWhen: /child \\d+\\n/ });
       process.stdout.write(running.output());`,
    ]);
    const [printed] = await once(parent.stdout, 'data');
    const pid = Number(/child (\d+)/.exec(String(printed))?.[1]);
    parent.kill('SIGKILL');
    await expect(endOf(pid)).resolves.toBe('ended');
  });
});

async function endOf(pid: number): Promise<'ended'> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return 'ended';
    }
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}
