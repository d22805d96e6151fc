import { checkOptions } from '../../util/check.js';
import { offsetList, PAGE_OPTION_KEYS, pageOf } from '../offset-list.js';
import type { PagedList } from '../../model/page.js';
import type { WebhookDispatch } from '../../model/webhook.js';
import type {
    WebhookDispatchClient,
    WebhookDispatchCollectionClient,
    WebhookListOptions,
} from '../../model/webhook-client.js';
import type { WebhookDirectory } from '../webhook-directory.js';

/** Dispatches, of one webhook or of all; oldest first. */
export class WebhookDispatchCollectionResource implements WebhookDispatchCollectionClient {
    readonly #webhooks: WebhookDirectory;
    readonly #webhookId: string | undefined;

    constructor(webhooks: WebhookDirectory, webhookId?: string) {
        this.#webhooks = webhooks;
        this.#webhookId = webhookId;
    }

    list(options: WebhookListOptions = {}): PagedList<WebhookDispatch> {
        checkOptions('options', options, PAGE_OPTION_KEYS);
        return offsetList(options, (bounds) => {
            const page = pageOf(this.#webhooks.dispatchIds(this.#webhookId), bounds, options.desc);
            return { ...page, items: page.items.flatMap((id) => this.#webhooks.findDispatch(id) ?? []) };
        });
    }
}

/** One dispatch. */
export class WebhookDispatchResource implements WebhookDispatchClient {
    readonly #webhooks: WebhookDirectory;
    readonly #id: string;

    constructor(webhooks: WebhookDirectory, id: string) {
        this.#webhooks = webhooks;
        this.#id = id;
    }

    async get(): Promise<WebhookDispatch | undefined> {
        return this.#webhooks.findDispatch(this.#id);
    }
}
