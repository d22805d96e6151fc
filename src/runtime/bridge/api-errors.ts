import { apiMessage } from '../../errors/api-message.js';
import { isEngineError, type EngineError } from '../../errors/engine-error.js';
import { API_BASE_URL } from '../../protocol/api.js';
import type { PagedList } from '../../model/page.js';
import type { ClientPackage } from './packages.js';

/** The class of errors to reject with; without it, errors are the engine's own. */
export type ApiErrors = Pick<Partial<ClientPackage>, 'ApifyApiError'>;

/** Settles as the work does, but rejects as the real client would. */
export async function translated<T>(work: Promise<T>, errors: ApiErrors, method: string): Promise<T> {
    try {
        return await work;
    } catch (error) {
        throw translate(error, errors, method);
    }
}

/** A list that fails as the real client's would, whether it is awaited or iterated over. */
export function translatedList<Item, P>(
    list: PagedList<Item, P>,
    errors: ApiErrors,
    method: string,
): PagedList<Item, P> {
    const firstPage = translated(list, errors, method);
    // Whoever only iterates sees the failure there; it must not also count as unhandled.
    firstPage.catch(() => {});
    const iterator = async function* (): AsyncGenerator<Item> {
        try {
            yield* list;
        } catch (error) {
            throw translate(error, errors, method);
        }
    };
    return Object.assign(firstPage, { [Symbol.asyncIterator]: iterator });
}

function translate(error: unknown, { ApifyApiError }: ApiErrors, method: string): unknown {
    if (!isEngineError(error) || ApifyApiError === undefined) return error;
    return Object.assign(new ApifyApiError(responseOf(error, method), 1), { cause: error });
}

function responseOf(error: EngineError, method: string): object {
    const { type, details, statusCode } = error;
    return {
        status: statusCode,
        data: { error: { type, message: apiMessage(error), data: details } },
        config: { method, url: `${API_BASE_URL}/v2/${method}` },
    };
}
