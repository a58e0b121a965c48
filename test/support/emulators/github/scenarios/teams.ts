import { expect } from '@jest/globals';
import { jsonClient } from '../../json-client.ts';
import type { Given, Scenario } from './scenario.ts';

const ofOrganization = ({ github }: Given) => jsonClient(`${github.apiUrl}/orgs/acme`, 'Bearer test-token');

export const teamScenarios: Scenario[] = [
  {
    name: 'the members of a team are listed page by page',
    async run(given) {
      given.github.teams.members.set('acme/seniors', ['ada', 'grace', 'edsger']);
      const call = ofOrganization(given);
      const { status, body } = await call('GET /teams/seniors/members?per_page=2&page=2');
      expect({ status, body }).toMatchObject({ status: 200, body: [{ login: 'edsger' }] });
      expect((await call('GET /teams/juniors/members')).status).toBe(404);
    },
  },
  {
    name: 'the members of a team are not told to a token without the permission',
    options: { permissions: { contents: 'read' } },
    async run(given) {
      given.github.teams.members.set('acme/seniors', ['ada']);
      expect((await ofOrganization(given)('GET /teams/seniors/members')).status).toBe(403);
    },
  },
];
