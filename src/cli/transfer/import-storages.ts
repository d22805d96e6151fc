import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { untilInterrupted } from '../until-interrupted.js';
import { withEngine } from '../with-engine.js';
import { showTransfer } from './show-transfer.js';
import type { CommandAction } from '../command.js';

/** `import`. */
export const importStorages: CommandAction = async (call) => {
    const { words, cwd } = call;
    const given = words.args[0] ?? 'storage';
    const directory = resolve(cwd, given);
    if (!existsSync(directory))
        throw words.bad(`There is no folder '${given}'. Name one in Crawlee's layout, usually ./storage.`);
    const purpose = 'import storages';
    const remedy =
        'Stop it, and import then; single ones can be filled meanwhile: greenroom dataset push NAME --file FILE';
    return withEngine(call, { isToBeMade: true, purpose, remedy }, (engine) =>
        untilInterrupted(call, 'Given up: nothing has been imported.', async (signal) => {
            const transfer = showTransfer(call);
            const { onProgress } = transfer;
            const overwrite = words.flag('overwrite');
            try {
                const names = await engine.storages.importFrom(directory, { overwrite, onProgress, signal });
                transfer.tell('Imported', names, `from ${given}`);
            } finally {
                transfer.end();
            }
        }),
    );
};
