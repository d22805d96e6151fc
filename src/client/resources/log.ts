import { checkEach, checkFlag } from '../../util/check.js';
import { jobExists } from '../access.js';
import type { LogClient } from '../../model/client/run.js';
import type { LogStore } from '../../logs/log-store.js';
import type { ClientContext } from '../services.js';

/** Creates the client of the log of one run or build. */
export function createLogClient(context: ClientContext, jobId: () => string | undefined): LogClient {
    const read = <Result>(
        options: { raw?: boolean } | undefined,
        readFrom: (logs: Pick<LogStore, 'text' | 'stream'>, id: string, form: 'plain' | 'raw') => Result,
    ): Result | undefined => {
        checkEach('options', options, { raw: checkFlag });
        const { services } = context;
        const id = jobId();
        if (id === undefined || !jobExists(services, id)) return undefined;
        return readFrom(services.logs, id, options?.raw === true ? 'raw' : 'plain');
    };
    return {
        get: async (options) => read(options, (logs, id, form) => logs.text(id, form)),
        stream: async (options) => read(options, (logs, id, form) => logs.stream(id, form)),
    };
}
