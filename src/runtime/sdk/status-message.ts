import { log } from './log.js';
import type { RunContext } from './context.js';

/** How to show a status message. */
export interface StatusMessageOptions {
    /** Whether the message stays after the end of the run. Default: false. */
    isStatusMessageTerminal?: boolean;
    /** How it is logged. Default: `INFO`. */
    level?: 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';
}

/** Logs a status message and shows it on the run. A host that refuses it is warned about, not failed for. */
export async function setStatusMessage(
    context: RunContext,
    message: string,
    options: StatusMessageOptions,
): Promise<void> {
    const line = `[Status message]: ${message}`;
    switch (options.level) {
        case 'DEBUG':
            log.debug(line);
            break;
        case 'WARNING':
            log.warning(line);
            break;
        case 'ERROR':
            log.error(line);
            break;
        default:
            log.info(line);
    }
    try {
        await context.client.setStatusMessage(message, options);
    } catch (error) {
        log.warning(`The status message could not be set: ${error instanceof Error ? error.message : String(error)}`);
    }
}
