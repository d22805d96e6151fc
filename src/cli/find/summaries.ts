/** How help describes an argument that names a run. */
export const RUN_SUMMARY = 'The id of a run or the beginning of it, `last`, or an Actor for its latest run.';

/** How help describes an argument that names an Actor. */
export const ACTOR_SUMMARY = 'The id or name of an Actor, or owner/name.';
