import { type Check, concludeFrom } from '../../../core/check.ts';
import type { Variables } from '../../../core/context.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Declaration } from '../options.ts';
import { findProject } from '../types/supabase-project.ts';

export const otherProject: FindingKind = {
  code: 'env/other-supabase-project',
  severity: 'error',
  boundary: 'data',
  meaning:
    'Variables of one service lead to different Supabase projects, so it mixes the users of one with the data of another.',
  cause: 'One of them was copied from another environment.',
  help: 'Set all of them to values from the same project.',
};

/** Checks that the Supabase addresses and keys of a service belong to one project; undefined for fewer than two. */
export function checkSupabaseProject(
  service: string,
  declarations: Declaration[],
  variables: Variables,
): Check | undefined {
  const projects = declarations.flatMap(declaration => {
    const project = findProject(variables[declaration.variable] ?? '');
    return project === undefined ? [] : [{ declaration, project }];
  });
  const [first, ...others] = projects;
  if (first === undefined || others.length === 0) return undefined;
  return {
    name: `${service}: one Supabase project`,
    boundary: 'data',
    run: () =>
      concludeFrom(
        others
          .filter(({ project }) => project !== first.project)
          .map(({ declaration }) =>
            found(otherProject, {
              message: `${declaration.name} belongs to another Supabase project than ${first.declaration.name}.`,
              place: declaration.place,
            }),
          ),
        projects.map(({ declaration }) => declaration.variable).join(', '),
      ),
  };
}
