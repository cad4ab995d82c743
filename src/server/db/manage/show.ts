import { isHead, type Revision, revisions } from './revisions.ts';

const next = (revision: Revision): readonly Revision[] =>
  revisions.filter(({ down }) => down === revision.id).sort((a) => (a.branch === 'expand' ? -1 : 1));

const isBranchPoint = (revision: Revision): boolean => next(revision).length > 1;

/** alembic's words behind a revision's id: its branch, whether it is a head, whether branches begin there. */
function marks(revision: Revision): string {
  const branch = revision.branch === null ? '' : ` (${revision.branch})`;
  return `${branch}${isHead(revision) ? ' (head)' : ''}${isBranchPoint(revision) ? ' (branchpoint)' : ''}`;
}

/** A line of `history`. */
export function historyLine(revision: Revision): string {
  const depends = revision.dependsOn === undefined ? '' : ` (${revision.dependsOn})`;
  return `${revision.down ?? '<base>'}${depends} -> ${revision.id}${marks(revision)}, `;
}

/** A line of `heads`. */
export const headLine = (revision: Revision): string => `${revision.id}${marks(revision)}`;

/** Several lines about a revision, for --verbose. */
export function verboseLines(revision: Revision): string[] {
  return [
    `Rev: ${revision.id}${isHead(revision) ? ' (head)' : ''}${isBranchPoint(revision) ? ' (branchpoint)' : ''}`,
    `Parent: ${revision.down ?? '<base>'}`,
    ...(isBranchPoint(revision)
      ? [
          `Branches into: ${next(revision)
            .map(({ id }) => id)
            .join(', ')}`,
        ]
      : []),
    ...(revision.dependsOn === undefined ? [] : [`Also depends on: ${revision.dependsOn}`]),
    ...(revision.branch === null ? [] : [`Branch names: ${revision.branch}`]),
    `Release: ${revision.release}`,
    `Name: ${revision.name}`,
    ...['', '', ''],
  ];
}

/** What `branches` says: where the branches begin. */
export function branchLines(verbose: boolean): string[] {
  return revisions
    .filter(isBranchPoint)
    .flatMap((point) => [
      ...(verbose ? verboseLines(point) : [`${point.id} (branchpoint)`]),
      ...next(point).map(({ id, branch }) => `     -> ${id} (${branch})${verbose ? ', ' : ''}`),
      '',
    ]);
}
