import { JSON_OPTION, SERVER_OPTIONS, STORAGE_OPTION } from '../common-options.js';
import type { Command, CommandOption } from '../command.js';

const OVERWRITE_OPTION: CommandOption = {
    name: 'overwrite',
    summary: 'Replace what is there of the same name. Default: then nothing is done.',
};

const OPTIONS: readonly CommandOption[] = [OVERWRITE_OPTION, JSON_OPTION, STORAGE_OPTION, ...SERVER_OPTIONS];

/** `greenroom export`. */
export const exportCommand: Command = {
    name: 'export',
    summary: "Write all storages that have names into a directory in Crawlee's layout, such as ./storage.",
    description: [
        'A dataset has a file for each item there, a key-value store one for each record, a queue one for each request: datasets/NAME/000000001.json. `apify run` and Crawlee read it as it is.',
    ],
    arguments: [{ name: 'directory', summary: 'Where to.', isRequired: true, completion: 'directory' }],
    options: [
        { name: 'run', value: 'RUN', summary: 'Also the storages of a run, as those that Crawlee calls default.' },
        ...OPTIONS,
    ],
    examples: [
        { line: 'greenroom export ./storage', summary: 'All that have names' },
        { line: 'greenroom export ./storage --run last', summary: 'And those of the latest run' },
    ],
    load: async () => (await import('../transfer/export-storages.js')).exportStorages,
};

/** `greenroom import`. */
export const importCommand: Command = {
    name: 'import',
    summary: "Read storages of a directory in Crawlee's layout, each under the name of its folder.",
    description: [
        'It is all or nothing: of a directory with a broken file, nothing is imported. The directory stays as it is.',
    ],
    arguments: [{ name: 'directory', summary: 'Where from. Default: ./storage.', completion: 'directory' }],
    options: OPTIONS,
    examples: [{ line: 'greenroom import ./storage', summary: 'What `apify run` has left behind' }],
    load: async () => (await import('../transfer/import-storages.js')).importStorages,
};
