import { ifFound } from '../api/if-found.js';
import { withApi } from '../api/with-api.js';
import { confirm, DECLINED } from '../confirm.js';
import { findStorageItself } from '../find/find-storage.js';
import { pathOf } from '../find/path-of.js';
import { showProgress } from '../progress.js';
import { readSeconds } from '../quantities.js';
import { STORAGE_KINDS } from '../storages/storage-kind.js';
import { describePlan, planIds, planPurge, type KindedStorage, type PurgePlan } from './purge-plan.js';
import type { Api } from '../api/api.js';
import type { CommandAction, CommandCall } from '../command.js';

/** `purge`. */
export const purge: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        const plan = await readPlan(call, api);
        const what = describePlan(plan);
        const isDryRun = words.flag('dry-run');
        if (what !== undefined && !isDryRun) {
            if (!words.flag('yes')) terminal.err.line(`This deletes ${what}.`);
            if (!(await confirm(call, 'Delete all that?'))) return DECLINED;
            await carryOut(call, api, plan);
        }
        if (words.flag('json')) terminal.json({ isDryRun, ...planIds(plan) });
        else if (what === undefined) terminal.out.line('There is nothing to delete.');
        else terminal.out.line(`${isDryRun ? 'Would delete' : 'Deleted'} ${what}.`);
    });

/** What is named is all that is meant, unless something else is said. */
async function readPlan({ words }: CommandCall, api: Api): Promise<PurgePlan> {
    const age = readSeconds(words, 'older-than');
    const named: KindedStorage[] = [];
    for (const kind of STORAGE_KINDS) {
        for (const name of words.texts(kind.command)) {
            named.push({ ...(await findStorageItself(api, kind, name)), kind });
        }
    }
    if (named.length > 0 && age === undefined) return { runIds: [], storages: named };
    // Without an age, what has just been changed is meant, too.
    const before = age === undefined ? Number.POSITIVE_INFINITY : Date.now() - age * 1000;
    const { runIds, storages } = await planPurge(api, before);
    return { runIds, storages: [...storages, ...named.filter(({ id }) => !storages.some((one) => one.id === id))] };
}

async function carryOut({ terminal }: CommandCall, api: Api, { runIds, storages }: PurgePlan): Promise<void> {
    const paths = [
        ...runIds.map((id) => pathOf('actor-runs', id)),
        ...storages.map(({ kind, id }) => pathOf(kind.path, id)),
    ];
    const progress = showProgress(terminal.err);
    try {
        for (const [index, path] of paths.entries()) {
            // Storages of runs go with their runs.
            await ifFound(api.delete(path));
            progress.tell(() => `${index + 1} of ${paths.length} deleted`);
        }
    } finally {
        progress.end();
    }
}
