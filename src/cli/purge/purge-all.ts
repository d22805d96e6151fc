import { ifFound } from '../api/if-found.js';
import { pathOf } from '../find/path-of.js';
import { planPurge } from './purge-plan.js';
import type { Api } from '../api/api.js';

/** Deletes all runs that have ended and all storages without a name, without asking. */
export async function purgeAll(api: Api): Promise<void> {
    const { runIds, storages } = await planPurge(api, Number.POSITIVE_INFINITY);
    for (const id of runIds) await ifFound(api.delete(pathOf('actor-runs', id)));
    // Some have gone with their runs.
    for (const { kind, id } of storages) await ifFound(api.delete(pathOf(kind.path, id)));
}
