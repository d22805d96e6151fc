import { invalid } from '../../../util/check.js';
import { computeUniqueKey } from '../../../util/unique-key.js';
import { withoutUndefined } from '../../../util/json/without-undefined.js';
import type { HttpMethod, QueueRequest } from '../../../model/api/storage.js';

/** A request to add: a URL, a {@link Request}, or its options. */
export type RequestSource = string | Request | RequestOptions;

/** Options of a request. */
export interface RequestOptions extends Partial<Omit<QueueRequest, 'url' | 'method'>> {
    /** URL of the request. */
    url: string;
    /** HTTP method. Default: `GET`. */
    method?: string;
    /** Stored as `userData.label`. */
    label?: string;
    /** If true, the URL's fragment is part of the default `uniqueKey`. Default: false. */
    keepUrlFragment?: boolean;
    /** If true, method and payload are part of the default `uniqueKey`. Default: false. */
    useExtendedUniqueKey?: boolean;
}

/** A request of a queue. Source: the class `Request` of Crawlee. */
export class Request {
    /** Id of the request; set by the queue. */
    id?: string;
    /** URL of the request. */
    readonly url: string;
    /** Identifies the request within its queue. Default: derived from the URL. */
    readonly uniqueKey: string;
    /** HTTP method in upper case. */
    method: HttpMethod;
    /** Body of the request. */
    payload?: string;
    /** If true, crawlers do not retry the request. */
    noRetry: boolean;
    /** Number of retries so far. */
    retryCount: number;
    /** Errors of earlier attempts. */
    errorMessages: string[];
    /** HTTP headers. */
    headers: Record<string, string>;
    /** Custom data, stored with the request. */
    userData: Record<string, unknown>;
    /** ISO time at which the request was handled. */
    handledAt?: string;
    /** URL after redirects. */
    loadedUrl?: string;

    /** @throws {@link EngineError} `invalid-value` if `url` is not a non-empty string. */
    constructor(options: RequestOptions) {
        const { url, method = 'GET', label, handledAt } = options;
        if (typeof url !== 'string' || url === '') throw invalid('request.url', url, 'a URL');
        const { id, payload, loadedUrl } = options;
        Object.assign(this, withoutUndefined({ id, payload, loadedUrl, handledAt: handledAt ?? undefined }));
        this.url = url;
        this.method = method.toUpperCase() as HttpMethod;
        this.uniqueKey = options.uniqueKey || computeUniqueKey(options);
        this.noRetry = options.noRetry ?? false;
        this.retryCount = options.retryCount ?? 0;
        this.errorMessages = [...(options.errorMessages ?? [])];
        this.headers = { ...options.headers };
        this.userData = { ...options.userData, ...withoutUndefined({ label }) };
    }

    /** Label of the request, stored in `userData`. */
    get label(): string | undefined {
        return this.userData.label as string | undefined;
    }

    set label(label: string | undefined) {
        this.userData.label = label;
    }

    /** Adds an error to {@link Request.errorMessages}: its stack, or its message if `omitStack` is set. */
    pushErrorMessage(error: unknown, options: { omitStack?: boolean } = {}): void {
        const text =
            error instanceof Error ? ((options.omitStack ? undefined : error.stack) ?? error.message) : String(error);
        this.errorMessages.push(text);
    }
}
