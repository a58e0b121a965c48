import { describe, expect, test } from '@jest/globals';
import { noticeContainer } from '../../src/github/container.ts';
import { testContext } from '../support/context.ts';

const codes = (gate: string, GITHUB_WORKSPACE: string) =>
  noticeContainer(gate, testContext({ variables: { GITHUB_WORKSPACE } })).flatMap(({ findings }) =>
    findings.map(({ code }) => code),
  );

describe('a job in a container', () => {
  test.each(['deploy', 'push-schema', 'rollback'])('is reported by %s, which changes something', gate => {
    expect(codes(gate, '/__w/shop/shop')).toEqual(['gate/in-container']);
  });

  test('is nothing to a gate that only looks', () => {
    expect(codes('probe', '/__w/shop/shop')).toEqual([]);
  });

  test.each(['/home/runner/work/shop/shop', '/opt/__w/shop', ''])('is not what runs in %p', workspace => {
    expect(codes('deploy', workspace)).toEqual([]);
  });
});
