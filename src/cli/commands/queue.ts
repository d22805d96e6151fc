import { DATA_OPTIONS } from '../common-options.js';
import { FILE_OPTION } from '../given-options.js';
import { REQUEST_FILTERS } from '../queues/request-filters.js';
import { REQUEST_QUEUE_KIND } from '../storages/storage-kind.js';
import { storageArgument, storageCommands } from './storage-commands.js';
import type { Command, CommandGroup } from '../command.js';

export const QUEUE_GROUP: CommandGroup = { name: 'queue', summary: 'Look at request queues, and change them.' };

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'OPTIONS', 'CONNECT', 'PATCH'];

const requestsCommand: Command = {
    name: 'queue requests',
    aliases: ['request-queues requests'],
    summary: 'List the requests of a queue, with their states and errors.',
    arguments: [storageArgument(REQUEST_QUEUE_KIND)],
    options: [
        { name: 'filter', value: 'STATE', summary: 'Only those.', choices: REQUEST_FILTERS },
        { name: 'limit', short: 'n', value: 'N', summary: 'Show at most so many.', default: '20' },
        { name: 'offset', value: 'N', summary: 'Leave out the first so many.', default: '0' },
        ...DATA_OPTIONS,
    ],
    examples: [
        { line: 'greenroom queue requests last', summary: 'Those of the latest run' },
        { line: 'greenroom queue requests last --filter failed', summary: 'Those that Crawlee gave up, and why' },
    ],
    load: async () => (await import('../queues/list-requests.js')).listRequests,
};

const addCommand: Command = {
    name: 'queue add',
    aliases: ['request-queues add'],
    summary: 'Add requests to a queue.',
    description: [
        'A file has a URL on each line, or is a JSON array of URLs and requests. All are read before any is added.',
    ],
    arguments: [
        storageArgument(REQUEST_QUEUE_KIND),
        { name: 'url', summary: 'URLs. Default: those on stdin.', isRepeated: true },
    ],
    options: [
        FILE_OPTION,
        { name: 'forefront', summary: 'To the front of the queue.' },
        { name: 'label', value: 'LABEL', summary: 'The label of the requests, by which Crawlee routes them.' },
        { name: 'user-data', value: 'JSON', summary: 'The user data of the requests.' },
        { name: 'method', value: 'METHOD', summary: 'The method of the requests.', choices: METHODS, default: 'GET' },
        ...DATA_OPTIONS,
    ],
    examples: [
        { line: 'greenroom queue add todo https://example.com', summary: 'One URL' },
        { line: 'greenroom queue add todo --file urls.txt --label DETAIL', summary: 'Those of a file' },
    ],
    load: async () => (await import('../queues/add-requests.js')).addRequests,
};

/** `greenroom queue …`. */
export const QUEUE_COMMANDS: readonly Command[] = [...storageCommands(REQUEST_QUEUE_KIND), requestsCommand, addCommand];
