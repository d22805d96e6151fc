import { checkFlag, checkOptions } from '../../util/check.js';
import type { Readable } from 'node:stream';
import type { LogClient } from '../../model/client.js';
import type { ClientHost } from '../client-host.js';

/** The log of one run; `raw` leaves colours and other control sequences in it, as the Actor wrote them. */
export class LogResource implements LogClient {
    readonly #host: ClientHost;
    readonly #runId: () => string | undefined;

    constructor(host: ClientHost, runId: () => string | undefined) {
        this.#host = host;
        this.#runId = runId;
    }

    async get(options?: { raw?: boolean }): Promise<string | undefined> {
        checkOptions('options', options, ['raw']);
        checkFlag('options.raw', options?.raw);
        const runId = this.#runId();
        return runId === undefined ? undefined : this.#host.logs.text(runId, formOf(options));
    }

    async stream(options?: { raw?: boolean }): Promise<Readable | undefined> {
        checkOptions('options', options, ['raw']);
        checkFlag('options.raw', options?.raw);
        const runId = this.#runId();
        return runId === undefined ? undefined : this.#host.logs.stream(runId, formOf(options));
    }
}

function formOf(options: { raw?: boolean } | undefined): 'plain' | 'raw' {
    return options?.raw === true ? 'raw' : 'plain';
}
