import { DATA_OPTIONS } from '../common-options.js';
import { WEBHOOK_KIND } from '../find/record-kinds.js';
import { LIST_OPTIONS } from '../lists/list-options.js';
import { YES_OPTION } from '../yes-option.js';
import type { Command, CommandArgument, CommandGroup } from '../command.js';

export const WEBHOOKS_GROUP: CommandGroup = {
    name: 'webhooks',
    summary: 'Look at webhooks and what they have sent, and change them.',
};

const WEBHOOK_ARGUMENT: CommandArgument = { name: 'webhook', summary: 'The id of a webhook.', isRequired: true };

/** `greenroom webhooks …`. */
export const WEBHOOKS_COMMANDS: readonly Command[] = [
    {
        name: 'webhooks ls',
        aliases: ['webhook ls', 'webhooks list'],
        summary: 'List the webhooks.',
        options: [...LIST_OPTIONS, ...DATA_OPTIONS],
        examples: [{ line: 'greenroom webhooks ls', summary: 'All of them' }],
        load: async () => (await import('../webhooks/list-webhooks.js')).listWebhooks,
    },
    {
        name: 'webhooks dispatches',
        aliases: ['webhook dispatches'],
        summary: 'List what webhooks have sent, and what came of it.',
        arguments: [{ ...WEBHOOK_ARGUMENT, summary: `${WEBHOOK_ARGUMENT.summary} Default: all.`, isRequired: false }],
        options: [...LIST_OPTIONS, ...DATA_OPTIONS],
        examples: [{ line: 'greenroom webhooks dispatches --json', summary: 'With payloads and answers' }],
        load: async () => (await import('../webhooks/list-dispatches.js')).listDispatches,
    },
    {
        name: 'webhooks create',
        aliases: ['webhook create'],
        summary: 'Make a webhook.',
        arguments: [{ name: 'url', summary: 'Where the requests go.', isRequired: true }],
        options: [
            {
                name: 'event',
                short: 'e',
                value: 'EVENT',
                summary: 'Of what it tells: RUN.SUCCEEDED, RUN.FAILED, BUILD.CREATED and the like.',
                isRepeated: true,
            },
            { name: 'actor', short: 'a', value: 'ACTOR', summary: 'Whose runs and builds are meant.' },
            { name: 'task', value: 'TASK', summary: 'Whose runs are meant.' },
            { name: 'run', value: 'RUN', summary: 'Which run is meant.' },
            { name: 'payload', value: 'TEMPLATE', summary: 'What is sent: JSON with {{variables}}.' },
            { name: 'headers', value: 'TEMPLATE', summary: 'More headers, as JSON with {{variables}}.' },
            { name: 'description', value: 'TEXT', summary: 'For yourself; it is not sent.' },
            { name: 'no-retry', summary: 'One attempt is all.' },
            ...DATA_OPTIONS,
        ],
        examples: [
            {
                line: 'greenroom webhooks create http://localhost:8000/done --event run.succeeded --actor my-actor',
                summary: 'Told of each run that goes well',
            },
        ],
        load: async () => (await import('../webhooks/create-webhook.js')).createWebhook,
    },
    {
        name: 'webhooks rm',
        aliases: ['webhook rm'],
        summary: 'Delete webhooks, with what is still to be sent.',
        arguments: [{ ...WEBHOOK_ARGUMENT, isRepeated: true }],
        options: [YES_OPTION, ...DATA_OPTIONS],
        examples: [{ line: 'greenroom webhooks rm v3nnKqhXRTVI2XZqR', summary: 'By its id' }],
        load: async () => (await import('../records/remove-records.js')).removeRecords(WEBHOOK_KIND),
    },
];
