import { DATA_OPTIONS } from '../common-options.js';
import { FILE_OPTION } from '../given-options.js';
import { KEY_VALUE_STORE_KIND } from '../storages/storage-kind.js';
import { YES_OPTION } from '../yes-option.js';
import { storageArgument, storageCommands } from './storage-commands.js';
import type { Command, CommandArgument, CommandGroup } from '../command.js';

export const KV_GROUP: CommandGroup = { name: 'kv', summary: 'Look at key-value stores, and change them.' };

const store = storageArgument(KEY_VALUE_STORE_KIND);
const key: CommandArgument = { name: 'key', summary: 'The key of the record.', isRequired: true };

const keysCommand: Command = {
    name: 'kv keys',
    aliases: ['key-value-stores keys'],
    summary: 'List the keys of a key-value store.',
    arguments: [store],
    options: [
        { name: 'prefix', value: 'TEXT', summary: 'Only keys that begin so.' },
        { name: 'after', value: 'KEY', summary: 'Only keys after this one.' },
        { name: 'limit', short: 'n', value: 'N', summary: 'Show at most so many.', default: '1000' },
        ...DATA_OPTIONS,
    ],
    examples: [
        { line: 'greenroom kv keys last', summary: 'Those of the latest run' },
        { line: 'greenroom kv keys screenshots --prefix page-', summary: 'Some of them' },
    ],
    load: async () => (await import('../kv/list-keys.js')).listKeys,
};

const getCommand: Command = {
    name: 'kv get',
    aliases: ['key-value-stores get-value', 'kv get-value'],
    summary: 'Print a record just as it is stored, or write it to a file.',
    arguments: [store, key],
    options: [
        { name: 'output', short: 'o', value: 'FILE', summary: 'Write it to a file.', completion: 'file' },
        ...DATA_OPTIONS.filter(({ name }) => name !== 'json'),
    ],
    examples: [
        { line: 'greenroom kv get last OUTPUT', summary: 'What the latest run has put out' },
        { line: 'greenroom kv get last INPUT | jq .startUrls', summary: 'A part of what it was given' },
        { line: 'greenroom kv get screenshots page-1 --output page-1.png', summary: 'An image' },
    ],
    load: async () => (await import('../kv/get-record.js')).getRecord,
};

const setCommand: Command = {
    name: 'kv set',
    aliases: ['key-value-stores set-value', 'kv set-value'],
    summary: 'Store a record.',
    arguments: [store, key, { name: 'value', summary: 'The value. Default: what comes on stdin.' }],
    options: [
        FILE_OPTION,
        {
            name: 'content-type',
            short: 't',
            value: 'TYPE',
            summary: 'The type of the value.',
            default: 'that of the file; else JSON if it is JSON, text if it is text',
        },
        ...DATA_OPTIONS,
    ],
    examples: [
        { line: `greenroom kv set config SETTINGS '{ "depth": 2 }'`, summary: 'JSON' },
        { line: 'greenroom kv set config logo --file logo.png', summary: 'A file' },
        {
            line: 'curl -s https://example.com | greenroom kv set pages home --content-type text/html',
            summary: 'What is piped',
        },
    ],
    load: async () => (await import('../kv/set-record.js')).setRecord,
};

const deleteCommand: Command = {
    name: 'kv delete',
    aliases: ['key-value-stores delete-value', 'kv delete-value'],
    summary: 'Delete records of a key-value store.',
    arguments: [store, { ...key, summary: 'The keys of the records.', isRepeated: true }],
    options: [YES_OPTION, ...DATA_OPTIONS],
    examples: [{ line: 'greenroom kv delete config SETTINGS', summary: 'One record' }],
    load: async () => (await import('../kv/delete-records.js')).deleteRecords,
};

/** `greenroom kv …`. */
export const KV_COMMANDS: readonly Command[] = [
    ...storageCommands(KEY_VALUE_STORE_KIND),
    keysCommand,
    getCommand,
    setCommand,
    deleteCommand,
];
