import { withApi } from '../api/with-api.js';
import { findStorage, type StorageRecord } from '../find/find-storage.js';
import { pathOf } from '../find/path-of.js';
import type { CommandAction } from '../command.js';
import type { StorageKindWords } from './storage-kind.js';

/** `dataset rename`, `kv rename`, `queue rename`. */
export function renameStorage(kind: StorageKindWords): CommandAction {
    return (call) =>
        withApi(call, async (api) => {
            const { terminal, words } = call;
            const [reference, name] = words.args;
            const isToLose = words.flag('unname');
            if (isToLose === (name !== undefined)) throw words.bad('Give either the new name, or --unname.');
            const { id } = await findStorage(api, kind, reference!);
            const changed = await api.put<StorageRecord>(pathOf(kind.path, id), {
                body: { name: isToLose ? null : name },
            });
            if (words.flag('json')) terminal.json(changed);
            else if (isToLose) terminal.out.line(`The ${kind.noun[0]} ${id} has no name any more.`);
            else terminal.out.line(`The ${kind.noun[0]} ${id} is now named ${name}.`);
        });
}
