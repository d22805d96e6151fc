import { checkOptions } from '../../util/check.js';
import { offsetList, PAGE_OPTION_KEYS, pageOf } from '../offset-list.js';
import type { PagedList } from '../../model/page.js';
import type { WebhookCondition, WebhookFields } from '../../model/webhook.js';
import type {
    ClientWebhook,
    WebhookCollectionClient,
    WebhookListItem,
    WebhookListOptions,
} from '../../model/webhook-client.js';
import type { WebhookDirectory } from '../webhook-directory.js';

/** Webhooks: all of them, or those of one Actor or task; oldest first. */
export class WebhookCollectionResource implements WebhookCollectionClient {
    readonly #webhooks: WebhookDirectory;
    readonly #findScope: () => WebhookCondition | undefined;

    /** @param findScope - Whose webhooks they are; throws where there is no such Actor or task. Default: all. */
    constructor(webhooks: WebhookDirectory, findScope: () => WebhookCondition | undefined = () => undefined) {
        this.#webhooks = webhooks;
        this.#findScope = findScope;
    }

    list(options: WebhookListOptions = {}): PagedList<WebhookListItem> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => {
            const page = pageOf(this.#webhooks.ids(this.#findScope()), bounds, options.desc);
            return { ...page, items: page.items.flatMap((id) => this.#findItem(id)) };
        });
    }

    async create(webhook: WebhookFields = {}): Promise<ClientWebhook> {
        const scope = this.#findScope();
        const isPlain = typeof webhook === 'object' && webhook !== null;
        const fields = scope && isPlain ? { ...webhook, condition: webhook.condition ?? scope } : webhook;
        return (await this.#webhooks.create(fields)) as ClientWebhook;
    }

    #findItem(id: string): WebhookListItem[] {
        const webhook = this.#webhooks.find(id) as ClientWebhook | undefined;
        if (webhook === undefined) return [];
        const { payloadTemplate: _payload, headersTemplate: _headers, ...item } = webhook;
        return [item];
    }
}
