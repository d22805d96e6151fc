import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
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
    await withEngine(call, { isToBeMade: true, purpose, remedy }, async (engine) => {
        const transfer = showTransfer(call);
        const overwrite = words.flag('overwrite');
        try {
            const names = await engine.storages.importFrom(directory, { overwrite, ...transfer.options });
            transfer.tell('Imported', names, `from ${given}`);
        } finally {
            transfer.end();
        }
    });
};
