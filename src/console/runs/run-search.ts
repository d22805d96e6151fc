import type { RunItem } from '../api/json.js';

/** What a run is searched by besides its own fields. */
export type NameOfActor = (actorId: string) => string;

/** Whether a run is what somebody looks for: each word is in its id, its Actor, its task, its build or its origin. */
export function isRunLike(run: RunItem, text: string, nameOf: NameOfActor): boolean {
    const { id, actId, actorTaskId = '', buildNumber, meta } = run;
    const where = [id, nameOf(actId), actorTaskId, buildNumber, meta.origin].join(' ').toLowerCase();
    return text
        .toLowerCase()
        .split(/\s+/)
        .every((word) => where.includes(word));
}
