import { DATA_OPTIONS } from '../common-options.js';
import { ITEM_FORMATS } from '../datasets/item-formats.js';
import { ITEM_OPTIONS } from '../datasets/item-options.js';
import { FILE_OPTION } from '../given-options.js';
import { DATASET_KIND } from '../storages/storage-kind.js';
import { storageArgument, storageCommands } from './storage-commands.js';
import type { Command, CommandGroup } from '../command.js';

export const DATASET_GROUP: CommandGroup = { name: 'dataset', summary: 'Look at datasets, and change them.' };

const itemsCommand: Command = {
    name: 'dataset items',
    aliases: ['datasets get-items', 'datasets items', 'dataset get-items'],
    summary: 'Print the items of a dataset, or write them to a file.',
    arguments: [storageArgument(DATASET_KIND)],
    options: [
        {
            name: 'format',
            value: 'FORMAT',
            summary: 'How to print them.',
            choices: ITEM_FORMATS,
            default: 'by the name of --output; else table on a terminal, json in a pipe',
        },
        { name: 'output', short: 'o', value: 'FILE', summary: 'Write them to a file.', completion: 'file' },
        ...ITEM_OPTIONS,
        ...DATA_OPTIONS,
    ],
    examples: [
        { line: 'greenroom dataset items last', summary: 'Those of the latest run, as a table' },
        { line: 'greenroom dataset items products --output products.xlsx', summary: 'For a spreadsheet' },
        { line: 'greenroom dataset items products --fields sku,price --format csv', summary: 'Two fields as csv' },
        { line: 'greenroom dataset items products --format jsonl | head -3', summary: 'The first three' },
    ],
    load: async () => (await import('../datasets/print-items.js')).printItems,
};

const pushCommand: Command = {
    name: 'dataset push',
    aliases: ['datasets push-items', 'datasets push', 'dataset push-items'],
    summary: 'Add items to a dataset.',
    description: ['Items are a JSON object, an array of them, or JSON Lines. All are read before any is stored.'],
    arguments: [storageArgument(DATASET_KIND), { name: 'items', summary: 'The items. Default: those on stdin.' }],
    options: [FILE_OPTION, ...DATA_OPTIONS],
    examples: [
        { line: `greenroom dataset push products '{ "sku": "a" }'`, summary: 'One item' },
        { line: 'greenroom dataset push products --file items.json', summary: 'Those of a file' },
        { line: 'greenroom dataset items last | greenroom dataset push products', summary: 'Those of another dataset' },
    ],
    load: async () => (await import('../datasets/push-items.js')).pushItems,
};

/** `greenroom dataset …`. */
export const DATASET_COMMANDS: readonly Command[] = [...storageCommands(DATASET_KIND), itemsCommand, pushCommand];
