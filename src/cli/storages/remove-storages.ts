import { withApi } from '../api/with-api.js';
import { confirm, DECLINED } from '../confirm.js';
import { findStorageItself, type StorageRecord } from '../find/find-storage.js';
import { pathOf } from '../find/path-of.js';
import { describeStorage } from './describe-storage.js';
import type { CommandAction } from '../command.js';
import type { StorageKindWords } from './storage-kind.js';

/** `dataset rm`, `kv rm`, `queue rm`. */
export function removeStorages(kind: StorageKindWords): CommandAction {
    return (call) =>
        withApi(call, async (api) => {
            const { terminal, words } = call;
            // All are found before any is deleted.
            const storages = new Map<string, StorageRecord>();
            for (const reference of words.args) {
                const storage = await findStorageItself(api, kind, reference);
                storages.set(storage.id, storage);
            }
            const all = [...storages.values()];
            const what = all.map((storage) => describeStorage(kind, storage)).join(' and ');
            if (!(await confirm(call, `Delete ${what}?`))) return DECLINED;
            for (const { id } of all) await api.delete(pathOf(kind.path, id));
            if (words.flag('json')) terminal.json(all.map(({ id, name }) => ({ id, name })));
            else terminal.out.line(`Deleted ${what}.`);
        });
}
