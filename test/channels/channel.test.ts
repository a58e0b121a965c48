import { describe, expect, test } from '@jest/globals';
import { type Channel, notifyChannels } from '../../src/channels/channel.ts';
import { incidentNotOpened } from '../../src/channels/incident-issue.ts';
import { listChannels } from '../../src/channels/list.ts';
import type { Incident } from '../../src/core/incidents.ts';
import { createRecord } from '../../src/core/record.ts';
import { Redactor } from '../../src/core/redaction.ts';
import { testContext } from '../support/context.ts';

const incident: Incident = {
  record: createRecord('production', 'b'.repeat(40)),
  report: {
    gate: 'rollback',
    verdict: 'passed',
    headline: 'Rolled back.',
    checks: [],
    outputs: {},
    startedAt: 0,
    finishedAt: 0,
  },
  reason: 'not-a-real-token leaked',
};

function channel(name: string, notify: Channel['notify']): Channel {
  return { name, notNotified: incidentNotOpened, failure: `${name} was not notified`, notify };
}

describe('the channels', () => {
  test('are all notified, without secrets, even if one fails', async () => {
    const redactor = new Redactor();
    redactor.add('not-a-real-token');
    const told: string[] = [];
    const works = channel('pager', async ({ reason }) => {
      told.push(reason);
      return 'https://pager.example.com/1';
    });
    const fails = channel('chat', () => Promise.reject(new Error('timeout')));

    const { urls, checks } = await notifyChannels([fails, works], incident, testContext({ redactor }));

    expect(told).toEqual(['*** leaked']);
    expect([...urls]).toEqual([['pager', 'https://pager.example.com/1']]);
    expect(checks).toMatchObject([
      {
        name: 'chat',
        verdict: 'passed',
        findings: [{ severity: 'warning', message: 'chat was not notified: timeout.' }],
      },
    ]);
  });

  test('are none if the incident issue is turned off', () => {
    expect(listChannels({ incidents: undefined })).toEqual([]);
    expect(listChannels({ incidents: { note: async () => '' } }).map(({ name }) => name)).toEqual(['incident']);
  });
});
