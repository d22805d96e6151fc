import { isEngineError } from '../../errors/engine-error.js';

/** What comes of a request; undefined if the API has nothing there. Other errors stay errors. */
export async function ifFound<Result>(request: Promise<Result>): Promise<Result | undefined> {
    try {
        return await request;
    } catch (error) {
        if (isEngineError(error) && error.details['statusCode'] === 404) return undefined;
        throw error;
    }
}
