import { withApi } from '../api/with-api.js';
import { confirm, DECLINED } from '../confirm.js';
import { findNamed } from '../find/find-named.js';
import { pathOf } from '../find/path-of.js';
import type { CommandAction } from '../command.js';
import type { RecordKind } from '../find/record-kinds.js';

interface NamedRecord {
    readonly id: string;
    readonly name?: string;
}

/** `schedule rm`, `tasks rm`, `webhooks rm`. */
export function removeRecords(kind: RecordKind): CommandAction {
    return (call) =>
        withApi(call, async (api) => {
            const { words, terminal } = call;
            // All are found before any is deleted.
            const records = new Map<string, NamedRecord>();
            for (const reference of words.args) {
                const record = await findNamed<NamedRecord>(api, kind, reference);
                records.set(record.id, record);
            }
            const all = [...records.values()].map(({ id, name }) => ({ id, name }));
            const what = `the ${kind.noun}${all.length === 1 ? '' : 's'} ${all.map(({ id, name }) => name ?? id).join(', ')}`;
            if (!(await confirm(call, `Delete ${what}?`))) return DECLINED;
            for (const { id } of all) await api.delete(pathOf(kind.path, id));
            if (words.flag('json')) terminal.json(all);
            else terminal.out.line(`Deleted ${what}.`);
        });
}
