import { withApi } from '../api/with-api.js';
import { findStorage } from '../find/find-storage.js';
import { pathOf } from '../find/path-of.js';
import { showProgress } from '../progress.js';
import { readGiven } from '../read-given.js';
import { DATASET_KIND } from '../storages/storage-kind.js';
import { formatCount } from '../terminal/units.js';
import { batchesOf } from './batches.js';
import { parseItems } from './parse-items.js';
import type { CommandAction } from '../command.js';

/** `dataset push`. */
export const pushItems: CommandAction = async (call) => {
    const { words, terminal } = call;
    const [reference, argument] = words.args;
    const { bytes, source } = await readGiven(call, argument, 'the items');
    // All are read before any is stored.
    const items = parseItems(bytes.toString(), source);
    await withApi(call, async (api) => {
        const { id, name } = await findStorage(api, DATASET_KIND, reference!);
        const progress = showProgress(terminal.err);
        let done = 0;
        try {
            for (const batch of batchesOf(items)) {
                await api.post(pathOf('datasets', id, 'items'), { body: `[${batch.join(',')}]` });
                done += batch.length;
                progress.tell(() => `${done} of ${items.length} items pushed`);
            }
        } catch (error) {
            if (done > 0) terminal.err.line(`${done} of ${items.length} items were pushed before what follows.`);
            throw error;
        } finally {
            progress.end();
        }
        if (words.flag('json')) terminal.json({ datasetId: id, pushed: items.length });
        else terminal.out.line(`Pushed ${formatCount(items.length, 'item')} to the dataset ${name ?? id}.`);
    });
};
