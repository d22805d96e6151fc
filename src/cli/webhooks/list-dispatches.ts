import { withApi } from '../api/with-api.js';
import { findNamed } from '../find/find-named.js';
import { WEBHOOK_KIND } from '../find/record-kinds.js';
import { pathOf } from '../find/path-of.js';
import { readListOptions } from '../lists/list-options.js';
import { printList, type ListView } from '../lists/print-list.js';
import { formatTime } from '../terminal/units.js';
import { dispatchStyle } from './dispatch-style.js';
import type { WebhookDispatch } from '../../model/webhook.js';
import type { ApiPage } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction } from '../command.js';

/** `webhooks dispatches`. */
export const listDispatches: CommandAction = (call) => {
    const [reference] = call.words.args;
    const { desc, ...range } = readListOptions(call.words);
    return withApi(call, async (api) => {
        const path =
            reference === undefined
                ? 'webhook-dispatches'
                : pathOf('webhooks', (await findNamed<{ id: string }>(api, WEBHOOK_KIND, reference)).id, 'dispatches');
        const page: ApiPage<AsJson<WebhookDispatch>> = await api.page(path, { ...range, query: { desc } });
        printList(call, page, VIEW);
    });
};

const VIEW: ListView<AsJson<WebhookDispatch>> = {
    noun: ['dispatch', 'dispatches'],
    columns: [
        { title: 'ID', isWhole: true, cell: ({ id }) => id },
        { title: 'EVENT', cell: ({ eventType }) => eventType },
        { title: 'STATUS', style: dispatchStyle, isWhole: true, cell: ({ status }) => status },
        { title: 'AT', isWhole: true, cell: ({ createdAt }) => formatTime(createdAt) },
        { title: 'TRIES', isOptional: true, align: 'right', cell: ({ calls }) => String(calls.length) },
        { title: 'ANSWER', isOptional: true, cell: ({ calls }) => String(calls.at(-1)?.responseStatus ?? '') },
        { title: 'ERROR', style: () => 'red', cell: ({ calls }) => calls.at(-1)?.errorMessage ?? '' },
        {
            title: 'RUN',
            isOptional: true,
            isWhole: true,
            cell: ({ eventData }) => eventData?.actorRunId ?? eventData?.actorBuildId ?? '',
        },
        { title: 'URL', isOptional: true, cell: ({ webhook }) => webhook.requestUrl },
    ],
    whenEmpty: 'There is one for each event that a webhook is told of: greenroom webhooks ls',
};
