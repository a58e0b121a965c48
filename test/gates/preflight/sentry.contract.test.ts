import { expect, test } from '@jest/globals';
import type { Model } from '../../../script/vendors/go-models.ts';
import { issuesSchema } from '../../../src/vendors/sentry/api.ts';
import { contract, describeWith } from '../../support/contracts.ts';
import { findUnknownFields, MODELS_MISSING } from '../../support/models.ts';

interface Issues {
  parameters: { name: string; schema: { enum?: string[] } }[];
  issue: Model;
}

const text = contract('sentry-issues.json');

describeWith("Sentry's description of issues", text, MODELS_MISSING, given => {
  const { parameters, issue }: Issues = JSON.parse(given);

  test('has every field that is read', () => {
    expect(findUnknownFields(issuesSchema, { type: 'array', items: issue }, {})).toEqual([]);
  });

  test('has every parameter that is sent', () => {
    const names = parameters.map(({ name }) => name);
    const sent = ['query', 'environment', 'project', 'statsPeriod', 'limit', 'sort'];
    expect(sent.filter(name => !names.includes(name))).toEqual([]);
    expect(parameters.find(({ name }) => name === 'sort')?.schema.enum).toContain('new');
  });
});
