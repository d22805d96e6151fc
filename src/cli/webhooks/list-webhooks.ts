import { withApi } from '../api/with-api.js';
import { actorNames } from '../find/actor-names.js';
import { readListOptions } from '../lists/list-options.js';
import { printList, type ListView } from '../lists/print-list.js';
import { formatTime, formatWhole } from '../terminal/units.js';
import { conditionText } from './condition-text.js';
import { dispatchStyle } from './dispatch-style.js';
import type { Webhook } from '../../model/webhook.js';
import type { ApiPage } from '../api/api.js';
import type { AsJson } from '../api/as-json.js';
import type { CommandAction } from '../command.js';

/** `webhooks ls`. */
export const listWebhooks: CommandAction = (call) => {
    const { desc, ...range } = readListOptions(call.words);
    return withApi(call, async (api) => {
        const page: ApiPage<AsJson<Webhook>> = await api.page('webhooks', { ...range, query: { desc } });
        printList(call, page, viewOf(await actorNames(api)));
    });
};

function viewOf(nameOf: (actorId: string) => string): ListView<AsJson<Webhook>> {
    return {
        noun: ['webhook', 'webhooks'],
        columns: [
            { title: 'ID', isWhole: true, cell: ({ id }) => id },
            {
                title: 'EVENTS',
                cell: ({ eventTypes }) => eventTypes.map((type) => type.replace('ACTOR.', '')).join(', '),
            },
            { title: 'OF', cell: ({ condition }) => conditionText(condition, nameOf) },
            { title: 'URL', style: () => 'cyan', cell: ({ requestUrl }) => requestUrl },
            {
                title: 'SENT',
                isOptional: true,
                align: 'right',
                cell: ({ stats }) => formatWhole(stats.totalDispatches),
            },
            {
                title: 'LAST',
                style: dispatchStyle,
                isWhole: true,
                cell: ({ lastDispatch }) => lastDispatch?.status ?? '',
            },
            {
                title: 'AT',
                isOptional: true,
                isWhole: true,
                cell: ({ lastDispatch }) => formatTime(lastDispatch?.finishedAt ?? undefined),
            },
            { title: 'STATE', cell: ({ isEnabled }) => (isEnabled ? '' : 'disabled') },
        ],
        whenEmpty: 'Make one: greenroom webhooks create URL --event ACTOR.RUN.SUCCEEDED --actor ACTOR',
    };
}
