import { DATA_OPTIONS } from '../common-options.js';
import { ACTOR_SUMMARY } from '../find/summaries.js';
import { LIST_OPTIONS } from '../lists/list-options.js';
import { YES_OPTION } from '../yes-option.js';
import type { Command, CommandArgument, CommandGroup } from '../command.js';

export const ACTORS_GROUP: CommandGroup = { name: 'actors', summary: 'Look at Actors and builds, and change them.' };

const ACTOR_ARGUMENT: CommandArgument = { name: 'actor', summary: ACTOR_SUMMARY, isRequired: true };

const lookingCommands: readonly Command[] = [
    {
        name: 'actors ls',
        aliases: ['actors list'],
        summary: 'List the Actors.',
        options: [
            { name: 'by-last-run', summary: 'In the order of their latest runs.' },
            ...LIST_OPTIONS,
            ...DATA_OPTIONS,
        ],
        examples: [{ line: 'greenroom actors ls', summary: 'All Actors of ./.greenroom' }],
        load: async () => (await import('../actors/list-actors.js')).listActors,
    },
    {
        name: 'actors info',
        summary: 'Show what is known of an Actor.',
        arguments: [ACTOR_ARGUMENT],
        options: DATA_OPTIONS,
        examples: [{ line: 'greenroom actors info my-actor', summary: 'By its name' }],
        load: async () => (await import('../actors/show-actor.js')).showActor,
    },
    {
        name: 'actors builds',
        aliases: ['builds ls'],
        summary: 'List the builds of an Actor, or of all.',
        description: ['The log of a build: greenroom log BUILD'],
        arguments: [{ ...ACTOR_ARGUMENT, summary: `${ACTOR_SUMMARY} Default: all.`, isRequired: false }],
        options: [...LIST_OPTIONS, ...DATA_OPTIONS],
        examples: [{ line: 'greenroom actors builds my-actor', summary: 'Those of one Actor' }],
        load: async () => (await import('../actors/list-builds.js')).listBuilds,
    },
];

const changingCommands: readonly Command[] = [
    {
        name: 'actors add',
        summary: 'Add the Actor of a folder or a module file, so that it can be run by its name.',
        description: ['Its runs read the folder as it is then, unless they are to read a copy: --snapshot.'],
        arguments: [{ name: 'folder', summary: 'The folder or file.', isRequired: true, completion: 'file' }],
        options: [
            { name: 'name', value: 'NAME', summary: 'Its name, or owner/name.', default: 'what the folder says' },
            { name: 'snapshot', summary: 'Build a copy that does not change with the folder.' },
            { name: 'public', summary: 'Other users may run it, too.' },
            ...DATA_OPTIONS,
        ],
        examples: [
            { line: 'greenroom actors add ./my-actor', summary: 'Under the name in its actor.json' },
            { line: 'greenroom actors add ./my-actor --snapshot --name tried', summary: 'A copy of it' },
        ],
        load: async () => (await import('../actors/add-actor.js')).addActor,
    },
    {
        name: 'actors build',
        aliases: ['builds create'],
        summary: 'Build a version of an Actor anew, and show the log until the end.',
        description: [
            'A build of a folder is a copy of it, which its runs read from then on until the folder is added once more.',
        ],
        arguments: [ACTOR_ARGUMENT],
        options: [
            { name: 'version-number', value: 'X.Y', summary: 'The version.', default: 'the latest' },
            { name: 'tag', value: 'TAG', summary: 'The tag that it gets.', default: 'that of the version' },
            ...DATA_OPTIONS,
        ],
        examples: [{ line: 'greenroom actors build my-actor --tag beta', summary: 'Under another tag' }],
        load: async () => (await import('../actors/build-actor.js')).buildActor,
    },
    {
        name: 'actors rm',
        summary: 'Delete Actors with their builds. Their runs and folders stay.',
        arguments: [{ ...ACTOR_ARGUMENT, isRepeated: true }],
        options: [YES_OPTION, ...DATA_OPTIONS],
        examples: [{ line: 'greenroom actors rm my-actor --yes', summary: 'Without being asked' }],
        load: async () => (await import('../actors/remove-actors.js')).removeActors,
    },
];

/** `greenroom actors …`. */
export const ACTORS_COMMANDS: readonly Command[] = [...lookingCommands, ...changingCommands];
