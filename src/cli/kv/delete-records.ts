import { withApi } from '../api/with-api.js';
import { confirm, DECLINED } from '../confirm.js';
import { findStorage } from '../find/find-storage.js';
import { KEY_VALUE_STORE_KIND } from '../storages/storage-kind.js';
import { openRecord, recordPath } from './open-record.js';
import type { CommandAction } from '../command.js';

/** `kv delete`. */
export const deleteRecords: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        const [reference = '', ...keys] = words.args;
        const { id: storeId, name } = await findStorage(api, KEY_VALUE_STORE_KIND, reference);
        // All are looked for before any is deleted.
        for (const key of keys) await openRecord(api, 'HEAD', { storeId, key });
        const what = `${keys.join(', ')} of the key-value store ${name ?? storeId}`;
        if (!(await confirm(call, `Delete ${what}?`))) return DECLINED;
        for (const key of keys) await api.delete(recordPath({ storeId, key }));
        if (words.flag('json')) terminal.json({ storeId, deleted: keys });
        else terminal.out.line(`Deleted ${what}.`);
    });
