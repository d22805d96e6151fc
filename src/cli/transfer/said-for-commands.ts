import { EngineError, isEngineError } from '../../errors/engine-error.js';

/** What a transfer comes to; its errors speak of the options of the command line, and not of those of the library. */
export async function saidForCommands<Result>(transfer: Promise<Result>): Promise<Result> {
    try {
        return await transfer;
    } catch (error) {
        if (!isEngineError(error)) throw error;
        const message = error.message.replaceAll('Set `overwrite: true`', 'Add --overwrite');
        throw new EngineError(error.code, message, { details: error.details, cause: error });
    }
}
