import { isUtf8 } from 'node:buffer';
import { typeOfFile } from '../../storage/content-type-extension.js';
import { JSON_TYPE, isJsonType } from '../../util/json.js';
import { withApi } from '../api/with-api.js';
import { findStorage } from '../find/find-storage.js';
import { readJson } from '../read-json.js';
import { readGiven, type Given } from '../read-given.js';
import { KEY_VALUE_STORE_KIND } from '../storages/storage-kind.js';
import { formatBytes } from '../terminal/units.js';
import { recordPath } from './open-record.js';
import type { CommandAction } from '../command.js';

/** `kv set`. */
export const setRecord: CommandAction = async (call) => {
    const { words, terminal } = call;
    const [reference = '', key = '', argument] = words.args;
    const given = await readGiven(call, argument, 'the value');
    const contentType = words.text('content-type') ?? typeOf(given);
    if (isJsonType(contentType)) readJson(given.bytes.toString(), given.source);
    await withApi(call, async (api) => {
        const { id, name } = await findStorage(api, KEY_VALUE_STORE_KIND, reference);
        await api.put(recordPath({ storeId: id, key }), { body: given.bytes, contentType });
        if (words.flag('json')) terminal.json({ storeId: id, key, contentType, size: given.bytes.byteLength });
        else {
            const size = formatBytes(given.bytes.byteLength);
            terminal.out.line(`Set ${key} in the key-value store ${name ?? id} (${contentType}, ${size}).`);
        }
    });
};

/** By the name of a file; else JSON if it is JSON, text if it is text. */
function typeOf({ bytes, file }: Given): string {
    const byName = file === undefined ? undefined : typeOfFile(file);
    if (byName !== undefined) return byName;
    if (!isUtf8(bytes)) return 'application/octet-stream';
    try {
        JSON.parse(bytes.toString());
        return JSON_TYPE;
    } catch {
        return 'text/plain; charset=utf-8';
    }
}
