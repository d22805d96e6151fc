import { withApi } from '../api/with-api.js';
import { confirm, DECLINED } from '../confirm.js';
import { findActor, type ActorRecord } from '../find/find-actor.js';
import { pathOf } from '../find/path-of.js';
import type { CommandAction } from '../command.js';

/** `actors rm`. */
export const removeActors: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        // All are found before any is deleted.
        const actors = new Map<string, ActorRecord>();
        for (const reference of words.args) {
            const actor = await findActor(api, reference);
            actors.set(actor.id, actor);
        }
        const names = [...actors.values()].map(({ username, name }) => `${username}/${name}`).join(', ');
        if (!(await confirm(call, `Delete ${names} with all builds? Runs and storages stay, and so does the folder.`)))
            return DECLINED;
        for (const id of actors.keys()) await api.delete(pathOf('acts', id));
        if (words.flag('json')) terminal.json([...actors.values()].map(({ id, name }) => ({ id, name })));
        else terminal.out.line(`Deleted ${names}.`);
    });
