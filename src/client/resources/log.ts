import { checkFlag, checkOptions } from '../../util/check.js';
import { findJob } from '../access.js';
import type { Readable } from 'node:stream';
import type { LogClient } from '../../model/client.js';
import type { ClientContext, ClientServices } from '../services.js';

/** The log of one run or build; `raw` leaves colours and other control sequences in it, as the Actor wrote them. */
export class LogResource implements LogClient {
    readonly #context: ClientContext;
    readonly #jobId: () => string | undefined;

    constructor(context: ClientContext, jobId: () => string | undefined) {
        this.#context = context;
        this.#jobId = jobId;
    }

    async get(options?: { raw?: boolean }): Promise<string | undefined> {
        const form = readForm(options);
        const { services } = this.#context;
        const id = this.#find(services);
        return id === undefined ? undefined : services.logs.text(id, form);
    }

    async stream(options?: { raw?: boolean }): Promise<Readable | undefined> {
        const form = readForm(options);
        const { services } = this.#context;
        const id = this.#find(services);
        return id === undefined ? undefined : services.logs.stream(id, form);
    }

    #find(services: ClientServices): string | undefined {
        const id = this.#jobId();
        return id !== undefined && findJob(services, id) ? id : undefined;
    }
}

function readForm(options: { raw?: boolean } | undefined): 'plain' | 'raw' {
    checkOptions('options', options, ['raw']);
    checkFlag('options.raw', options?.raw);
    return options?.raw === true ? 'raw' : 'plain';
}
