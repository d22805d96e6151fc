import { ISOLATIONS } from '../../model/execution.js';
import { JSON_OPTION, STORAGE_OPTION } from '../common-options.js';
import type { Command, CommandArgument, CommandOption } from '../command.js';

const FOLDERS: CommandArgument = {
    name: 'folder',
    summary: 'Folders or modules of Actors, or folders with Actors in them. Default: the current folder.',
    isRepeated: true,
    completion: 'directory',
};

const SERVER_OPTIONS: readonly CommandOption[] = [
    {
        name: 'port',
        short: 'p',
        value: 'PORT',
        summary: 'The port; 0 is any.',
        default: '4400, or the next one that is free',
    },
    {
        name: 'host',
        value: 'HOST',
        summary: 'The address. One that other machines reach lets them in, with the token.',
        default: '127.0.0.1',
    },
    {
        name: 'token',
        value: 'TOKEN',
        summary: 'The token that opens it. Also: GREENROOM_TOKEN.',
        default: 'one that stays the same in this directory',
    },
    {
        name: 'allow-host',
        value: 'NAME',
        summary: 'A name by which it is reached besides, as through a tunnel.',
        isRepeated: true,
    },
    {
        name: 'allow-origin',
        value: 'ORIGIN',
        summary: 'An origin of web pages that may use its API.',
        isRepeated: true,
    },
    STORAGE_OPTION,
    {
        name: 'isolation',
        value: 'MODE',
        summary: 'How runs are kept apart from this process.',
        choices: ISOLATIONS,
        default: 'thread',
    },
    {
        name: 'memory',
        short: 'm',
        value: 'MB',
        summary: 'What all runs together may use; others wait.',
        default: 'no limit',
    },
    { name: 'max-runs', value: 'N', summary: 'How many runs may go on at once; others wait.', default: '64' },
    {
        name: 'network',
        value: 'REACH',
        summary: 'What Actors may reach.',
        choices: ['allow', 'loopback', 'block'],
        default: 'all but the cloud API',
    },
    {
        name: 'recovery',
        value: 'WAY',
        summary: 'What becomes of runs that a killed server has left.',
        choices: ['abort', 'resurrect'],
        default: 'abort',
    },
    {
        name: 'retention-days',
        value: 'N',
        summary: 'Delete runs and unnamed storages that are so old.',
        default: 'never',
    },
    { name: 'quiet', short: 'q', summary: 'Say nothing of runs.' },
];

/** `greenroom dev`. */
export const devCommand: Command = {
    name: 'dev',
    summary: 'Serve Actors, the API and the console on one port, and follow changes of the folders.',
    description: [
        'Prints a link to the console, with the token in it. Each run reads the folder of its Actor as it is then. After a change, the build script of an Actor that is compiled is run.',
        'Other commands that use the same storage directory go by this server as long as it is there, and so does `greenroom run`.',
        'Ctrl+C closes it: runs are aborted gracefully; a second one ends them at once.',
    ],
    arguments: [FOLDERS],
    options: [...SERVER_OPTIONS, { name: 'open', short: 'o', summary: 'Open the console in the browser.' }],
    examples: [
        { line: 'greenroom dev --open', summary: 'The Actor of this folder, or all in it' },
        { line: 'greenroom dev actors/scraper actors/mailer', summary: 'Two Actors, which can call each other' },
        {
            line: 'greenroom dev --port 8080 --isolation process',
            summary: 'With a port of its own, and each run in a process',
        },
    ],
    load: async () => (await import('../serve/serve-command.js')).dev,
};

/** `greenroom serve`. */
export const serveCommand: Command = {
    name: 'serve',
    summary: 'The same as dev without following changes: for CI, or as a service.',
    arguments: [FOLDERS],
    options: [
        ...SERVER_OPTIONS,
        { ...JSON_OPTION, summary: 'One line of JSON with url, token and console, once it listens.' },
    ],
    examples: [
        { line: 'greenroom serve ./my-actor --port 0 --json', summary: 'For a script that reads where it is' },
        {
            line: 'greenroom serve --host 0.0.0.0 --token "$TOKEN" --allow-host actors.example',
            summary: 'For other machines',
        },
    ],
    load: async () => (await import('../serve/serve-command.js')).serve,
};
