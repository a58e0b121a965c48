import { expect, test } from '@jest/globals';
import { isCrashLooping, isDown, machineSchema } from '../../../src/platforms/fly/machine.ts';

const exit = { exit_code: 1, requested_stop: false, restarting: true };
const stopped = (request: object, state = 'stopped') =>
  machineSchema.parse({
    id: 'm1',
    state,
    config: { image: 'registry.fly.io/pm-backend:1' },
    events: [{ type: 'exit', timestamp: 2, request }],
  });

// superfly/fly-go machine_types.go, GetExitCode: some events have their exit within a MonitorEvent.
test.each([
  ['exit_event', { exit_event: { exit_code: 1 } }, true],
  ['MonitorEvent', { MonitorEvent: { exit_event: { exit_code: 1 } } }, true],
  ['MonitorEvent of a stop', { MonitorEvent: { exit_event: { exit_code: 1, requested_stop: true } } }, false],
])('a machine that stopped is down by its %s', (_where, request, down) => {
  expect(isDown(stopped(request))).toBe(down);
});

test.each([
  ['exit_event', { restart_count: 2, exit_event: exit }],
  ['MonitorEvent', { restart_count: 2, MonitorEvent: { exit_event: exit } }],
])('a crash loop shows in the %s', (_where, request) => {
  expect(isCrashLooping(stopped(request, 'started'), 1)).toBe(true);
  expect(isCrashLooping(stopped(request, 'started'), 2)).toBe(false); // it was before the update
});
