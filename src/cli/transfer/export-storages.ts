import { resolve } from 'node:path';
import { Api } from '../api/api.js';
import { engineDoor } from '../api/with-api.js';
import { findRun } from '../find/find-run.js';
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
    await withEngine(call, { isToBeMade: false, purpose, remedy }, async (engine, storageDir) => {
        const reference = words.text('run');
        const run = reference && (await findRun(new Api(engineDoor(engine, storageDir)), reference)).id;
        const transfer = showTransfer(call);
        const overwrite = words.flag('overwrite');
        try {
            const names = await engine.storages.exportTo(directory, {
                overwrite,
                ...(run && { run }),
                ...transfer.options,
            });
            transfer.tell('Exported', names, `to ${given}`);
        } finally {
            transfer.end();
        }
    });
};
