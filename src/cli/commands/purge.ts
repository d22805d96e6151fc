import { DATA_OPTIONS } from '../common-options.js';
import { YES_OPTION } from '../yes-option.js';
import type { Command } from '../command.js';

/** `greenroom purge`. */
export const purgeCommand: Command = {
    name: 'purge',
    summary: 'Delete runs that have ended, and storages without a name.',
    description: [
        'It tells what it is going to delete, and asks. Runs that go on stay, with their storages. So does what has a name, unless it is named here: then that alone is deleted, if there is no --older-than.',
        'To keep what a run has left behind, give it a name: greenroom dataset rename RUN NAME',
    ],
    options: [
        { name: 'older-than', value: 'TIME', summary: 'Only what ended or was last changed so long ago: 7d, or 12h.' },
        { name: 'dry-run', summary: 'Tell what would be deleted, and delete nothing.' },
        { name: 'dataset', value: 'NAME', summary: 'A dataset that has a name.', isRepeated: true },
        { name: 'kv', value: 'NAME', summary: 'A key-value store that has a name.', isRepeated: true },
        { name: 'queue', value: 'NAME', summary: 'A request queue that has a name.', isRepeated: true },
        YES_OPTION,
        ...DATA_OPTIONS,
    ],
    examples: [
        { line: 'greenroom purge --older-than 7d', summary: 'What is older than a week' },
        { line: 'greenroom purge --yes', summary: 'All that has no name, without being asked' },
        { line: 'greenroom purge --dataset products --queue todo', summary: 'Two that have names, and nothing else' },
    ],
    load: async () => (await import('../purge/purge.js')).purge,
};
