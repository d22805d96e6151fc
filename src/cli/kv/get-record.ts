import { resolve } from 'node:path';
import { withApi } from '../api/with-api.js';
import { findStorage } from '../find/find-storage.js';
import { saveBody } from '../save-body.js';
import { KEY_VALUE_STORE_KIND } from '../storages/storage-kind.js';
import { writeBody } from '../write-body.js';
import { openRecord } from './open-record.js';
import type { CommandAction } from '../command.js';

/** Types of what a person can read. */
const TEXT_TYPE = /^(?:text\/|application\/(?:[\w.-]+\+)?(?:json|xml|javascript|yaml)|image\/svg)/;

/** `kv get`. */
export const getRecord: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, cwd } = call;
        const [reference = '', key = ''] = words.args;
        const { id: storeId } = await findStorage(api, KEY_VALUE_STORE_KIND, reference);
        const response = await openRecord(api, 'GET', { storeId, key });
        const output = words.text('output');
        if (output !== undefined) {
            return saveBody(call, response, { file: resolve(cwd, output), what: `the record ${key}` });
        }
        const isBinary = !TEXT_TYPE.test(response.headers.get('content-type') ?? '');
        await writeBody(call, response, { isBinary, advice: '--output FILE' });
        return 0;
    });
