import type { Command } from '../command.js';

/** `greenroom init`. */
export const initCommand: Command = {
    name: 'init',
    summary: 'Make a new Actor that runs at once, with an input schema and a test.',
    description: ['Files that are there already are never overwritten: then nothing is written at all.'],
    arguments: [
        { name: 'folder', summary: 'Where; it need not exist. Default: the current folder.', completion: 'directory' },
    ],
    options: [
        {
            name: 'template',
            short: 't',
            value: 'NAME',
            summary: 'What to begin with.',
            choices: ['javascript', 'typescript', 'function'],
            default: 'javascript',
        },
        { name: 'name', short: 'n', value: 'NAME', summary: 'The name of the Actor.', default: 'that of the folder' },
        { name: 'list', short: 'l', summary: 'List the templates.' },
    ],
    examples: [
        { line: 'greenroom init my-actor && cd my-actor && greenroom run', summary: 'A new Actor, and its first run' },
        { line: 'greenroom init my-actor --template typescript', summary: 'In TypeScript' },
    ],
    load: async () => (await import('../init/init-command.js')).init,
};
