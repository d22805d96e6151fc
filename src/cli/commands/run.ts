import { JSON_OPTION, SERVER_OPTIONS, STORAGE_OPTION } from '../common-options.js';
import { RUN_OPTIONS } from '../run-option-table.js';
import type { Command } from '../command.js';

/** `greenroom run`. */
export const runCommand: Command = {
    name: 'run',
    summary: 'Run an Actor, and show its log and what it has made of it.',
    description: [
        'The Actor is a folder, a module file, or the name or id of one that is in the storage directory; by default the folder you stand in.',
        'Its input is that of --input or --input-file; or what is piped in; or what the key=value arguments say, which also change an input that is given. They are of the types of the input schema, else JSON or text; `a.b=1` is nested, a key given twice makes a list. Without any of these it is storage/key_value_stores/default/INPUT.json, if there is one, as with `apify run`. The folder `storage` is only read: what it has under a name is imported once.',
        'Ctrl+C aborts the run gracefully, a second one at once. The exit code is 0 only if the run has SUCCEEDED; 124 if it has timed out, 130 after Ctrl+C, 1 otherwise.',
    ],
    arguments: [
        {
            name: 'actor',
            summary: 'A folder, a module file, or a name. Default: the current folder.',
            completion: 'file',
        },
        { name: 'key=value', summary: 'Properties of the input.', isRepeated: true },
    ],
    options: [
        { name: 'input', short: 'i', value: 'JSON', summary: 'The input.' },
        {
            name: 'input-file',
            short: 'f',
            value: 'FILE',
            summary: 'A file with the input; - is stdin.',
            completion: 'file',
        },
        ...RUN_OPTIONS,
        { name: 'watch', short: 'w', summary: 'Run again whenever a file of the Actor changes.' },
        {
            name: 'purge',
            summary:
                'First delete runs that have ended, and storages without a name, as `greenroom purge` does; nothing of the folder `storage`.',
        },
        { name: 'show', value: 'N', summary: 'How many of the first items to show.', default: '10' },
        { name: 'quiet', short: 'q', summary: 'Show neither log nor progress.' },
        {
            ...JSON_OPTION,
            summary: 'The run, its first items and its OUTPUT as JSON on stdout; the log goes to stderr.',
        },
        STORAGE_OPTION,
        ...SERVER_OPTIONS,
    ],
    examples: [
        { line: 'greenroom run', summary: 'The Actor of this folder' },
        { line: 'greenroom run ./my-actor url=https://example.com depth=2', summary: 'Another one, with some input' },
        { line: 'greenroom run -f input.json --memory 512 --timeout 5m', summary: 'With limits' },
        { line: 'echo \'{"url":"https://example.com"}\' | greenroom run --json | jq .items', summary: 'In a pipe' },
        { line: 'greenroom run --watch', summary: 'Again after each change' },
    ],
    load: async () => (await import('../run/run-command.js')).runActor,
};
