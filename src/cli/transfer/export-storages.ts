import { resolve } from 'node:path';
import { Api } from '../api/api.js';
import { engineDoor } from '../api/with-api.js';
import { findRun } from '../find/find-run.js';
import { untilInterrupted } from '../until-interrupted.js';
import { withEngine } from '../with-engine.js';
import { showTransfer } from './show-transfer.js';
import type { CommandAction } from '../command.js';

/** `export`. */
export const exportStorages: CommandAction = async (call) => {
    const { words, cwd } = call;
    const given = words.args[0]!;
    const directory = resolve(cwd, given);
    const purpose = 'export storages';
    const remedy =
        'Stop it, and export then; single ones can be had meanwhile: greenroom dataset items NAME --output FILE';
    return withEngine(call, { isToBeMade: false, purpose, remedy }, async (engine, storageDir) => {
        const reference = words.text('run');
        const run = reference && (await findRun(new Api(engineDoor(engine, storageDir)), reference)).id;
        return untilInterrupted(call, 'Given up: nothing has been exported.', async (signal) => {
            const transfer = showTransfer(call);
            const { onProgress } = transfer;
            const overwrite = words.flag('overwrite');
            try {
                const options = { overwrite, onProgress, signal, ...(run && { run }) };
                transfer.tell('Exported', await engine.storages.exportTo(directory, options), `to ${given}`);
            } finally {
                transfer.end();
            }
        });
    });
};
