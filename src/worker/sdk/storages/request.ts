import { invalid } from '../../../util/check.js';
import { uniqueKeyOf } from '../../../util/unique-key.js';
import { withoutUndefined } from '../../../util/json/without-undefined.js';
import type { HttpMethod, QueueRequest } from '../../../model/api/storage.js';

/** A request as it can be handed in: its URL will do. */
export type RequestSource = string | Request | RequestOptions;

/** What a request can be made of. */
export interface RequestOptions extends Partial<Omit<QueueRequest, 'url' | 'method'>> {
    url: string;
    /** Default: GET. */
    method?: string;
    /** Goes into `userData.label`. */
    label?: string;
    keepUrlFragment?: boolean;
    useExtendedUniqueKey?: boolean;
}

/** A request of a queue. */
export class Request {
    id?: string;
    readonly url: string;
    readonly uniqueKey: string;
    method: HttpMethod;
    payload?: string;
    noRetry: boolean;
    retryCount: number;
    errorMessages: string[];
    headers: Record<string, string>;
    userData: Record<string, unknown>;
    handledAt?: string;
    loadedUrl?: string;

    constructor(options: RequestOptions) {
        const { url, method = 'GET', label, handledAt } = options;
        if (typeof url !== 'string' || url === '') throw invalid('request.url', url, 'a URL');
        const { id, payload, loadedUrl } = options;
        Object.assign(this, withoutUndefined({ id, payload, loadedUrl, handledAt: handledAt ?? undefined }));
        this.url = url;
        this.method = method.toUpperCase() as HttpMethod;
        this.uniqueKey = options.uniqueKey || uniqueKeyOf(options);
        this.noRetry = options.noRetry ?? false;
        this.retryCount = options.retryCount ?? 0;
        this.errorMessages = [...(options.errorMessages ?? [])];
        this.headers = { ...options.headers };
        this.userData = { ...options.userData, ...withoutUndefined({ label }) };
    }

    get label(): string | undefined {
        return this.userData.label as string | undefined;
    }

    set label(label: string | undefined) {
        this.userData.label = label;
    }

    /** Remembers why the request failed. */
    pushErrorMessage(error: unknown, options: { omitStack?: boolean } = {}): void {
        const text =
            error instanceof Error ? ((options.omitStack ? undefined : error.stack) ?? error.message) : String(error);
        this.errorMessages.push(text);
    }
}
