import { DATA_OPTIONS } from '../common-options.js';
import { YES_OPTION } from '../yes-option.js';
import { LIST_OPTIONS } from '../lists/list-options.js';
import { storageSummary, type StorageKindWords } from '../storages/storage-kind.js';
import type { Command, CommandArgument } from '../command.js';

/** The argument that names a storage to look at or to add to. */
export function storageArgument(kind: StorageKindWords): CommandArgument {
    return { name: kind.command, summary: storageSummary(kind), isRequired: true };
}

/** What all three kinds of storage have: ls, info, create, rename and rm. */
export function storageCommands(kind: StorageKindWords): readonly Command[] {
    return [...lookingCommands(kind), ...changingCommands(kind)];
}

function lookingCommands(kind: StorageKindWords): readonly Command[] {
    const {
        command,
        platformCommand,
        noun: [one, many],
    } = kind;
    return [
        {
            name: `${command} ls`,
            aliases: [`${platformCommand} ls`, `${command} list`],
            summary: `List the ${many}.`,
            options: [
                { name: 'all', short: 'a', summary: 'Also those without a name, as runs have them.' },
                ...LIST_OPTIONS,
                ...DATA_OPTIONS,
            ],
            examples: [
                { line: `greenroom ${command} ls`, summary: 'Those that have a name' },
                { line: `greenroom ${command} ls --all --limit 100`, summary: 'Also those of runs' },
            ],
            load: async () => (await import('../storages/list-storages.js')).listStorages(kind),
        },
        {
            name: `${command} info`,
            aliases: [`${platformCommand} info`],
            summary: `Show what is known of a ${one}.`,
            arguments: [storageArgument(kind)],
            options: DATA_OPTIONS,
            examples: [
                { line: `greenroom ${command} info products`, summary: 'By its name' },
                { line: `greenroom ${command} info last`, summary: 'That of the latest run' },
            ],
            load: async () => (await import('../storages/show-storage.js')).showStorage(kind),
        },
    ];
}

function changingCommands(kind: StorageKindWords): readonly Command[] {
    const {
        command,
        platformCommand,
        noun: [one, many],
    } = kind;
    return [
        {
            name: `${command} create`,
            aliases: [`${platformCommand} create`],
            summary: `Make a ${one}.`,
            arguments: [{ name: 'name', summary: 'Letters, digits and dashes. Default: it has none.' }],
            options: DATA_OPTIONS,
            examples: [{ line: `greenroom ${command} create products`, summary: 'One that Actors find by its name' }],
            load: async () => (await import('../storages/create-storage.js')).createStorage(kind),
        },
        {
            name: `${command} rename`,
            aliases: [`${platformCommand} rename`],
            summary: `Give a ${one} a name, or another one.`,
            description: ['What has a name is never purged.'],
            arguments: [storageArgument(kind), { name: 'name', summary: 'The new name.' }],
            options: [{ name: 'unname', summary: 'Take the name away.' }, ...DATA_OPTIONS],
            examples: [{ line: `greenroom ${command} rename last products`, summary: 'Keep that of the latest run' }],
            load: async () => (await import('../storages/rename-storage.js')).renameStorage(kind),
        },
        {
            name: `${command} rm`,
            aliases: [`${platformCommand} rm`],
            summary: `Delete ${many}, with all that is in them.`,
            arguments: [{ name: command, summary: `The ids or names of ${many}.`, isRequired: true, isRepeated: true }],
            options: [YES_OPTION, ...DATA_OPTIONS],
            examples: [{ line: `greenroom ${command} rm old-products --yes`, summary: 'Without being asked' }],
            load: async () => (await import('../storages/remove-storages.js')).removeStorages(kind),
        },
    ];
}
