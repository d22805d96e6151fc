import { WEBHOOK_EVENT_TYPES, type Webhook, type WebhookFields } from '../../model/webhook.js';
import { didYouMean } from '../../util/check.js';
import { withApi } from '../api/with-api.js';
import { findActor } from '../find/find-actor.js';
import { findNamed } from '../find/find-named.js';
import { TASK_KIND } from '../find/record-kinds.js';
import { findRun } from '../find/find-run.js';
import type { Api } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction, CommandCall } from '../command.js';

/** `webhooks create`. */
export const createWebhook: CommandAction = (call) =>
    withApi(call, async (api) => {
        const { words, terminal } = call;
        const fields = {
            requestUrl: words.args[0],
            eventTypes: readEvents(call),
            condition: await readCondition(call, api),
            payloadTemplate: words.text('payload'),
            headersTemplate: words.text('headers'),
            description: words.text('description'),
            doNotRetry: words.flag('no-retry') || undefined,
        };
        const webhook = await api.post<AsJson<Webhook>>('webhooks', { body: fields });
        if (words.flag('json')) terminal.json(webhook);
        else
            terminal.out.line(
                `Made the webhook ${webhook.id}: ${webhook.eventTypes.join(', ')} to ${webhook.requestUrl}`,
            );
    });

/** Names of events, of which the beginning may be left out: `RUN.SUCCEEDED`. */
function readEvents({ words }: CommandCall): string[] {
    const given = words.texts('event').flatMap((text) => text.split(','));
    if (given.length === 0)
        throw words.bad('--event is missing: of what it tells, such as --event ACTOR.RUN.SUCCEEDED.');
    return given.map((text) => {
        const name = text.trim().toUpperCase().replaceAll('-', '_');
        const whole = name.startsWith('ACTOR.') ? name : `ACTOR.${name}`;
        if (WEBHOOK_EVENT_TYPES.some((type) => type === whole)) return whole;
        const all = WEBHOOK_EVENT_TYPES.filter((type) => type !== 'TEST');
        throw words.bad(`--event is '${text}', but must be one of ${all.join(', ')}.${didYouMean(whole, all)}`);
    });
}

async function readCondition({ words }: CommandCall, api: Api): Promise<WebhookFields['condition']> {
    const actor = words.text('actor');
    const task = words.text('task');
    const run = words.text('run');
    if (actor === undefined && task === undefined && run === undefined) {
        throw words.bad('Whose events are meant is missing. Give --actor ACTOR, --task TASK or --run RUN.');
    }
    return {
        ...(actor !== undefined && { actorId: (await findActor(api, actor)).id }),
        ...(task !== undefined && { actorTaskId: (await findNamed<{ id: string }>(api, TASK_KIND, task)).id }),
        ...(run !== undefined && { actorRunId: (await findRun(api, run)).id }),
    };
}
