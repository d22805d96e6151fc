import { setImmediate } from 'node:timers/promises';
import { EngineError } from '../errors/engine-error.js';
import type Inspector from 'node:inspector';
import type { DebugSettings } from '../model/execution.js';
import type { Reporter } from './link.js';

const HOST = '127.0.0.1';

/**
 * Opens the inspector of this thread or process, tells the host of it and, if that is wanted, blocks until a debugger has
 * attached and lets it go on.
 *
 * @throws EngineError `cannot-listen` when the port is taken.
 */
export async function openInspector({ port, wait }: DebugSettings, reporter: Reporter): Promise<void> {
    const inspector = nodeInspector();
    inspector?.open(port, HOST);
    const url = inspector?.url();
    if (inspector === undefined || url === undefined) {
        throw new EngineError(
            'cannot-listen',
            `The inspector of the run cannot listen on port ${port}: another program or run has it, or this Node has ` +
                'no inspector. Leave `debug.port` out for any that is free.',
            { details: { host: HOST, port } },
        );
    }
    reporter.post({ type: 'inspector-opened', url });
    if (!wait) return;
    inspector.waitForDebugger();
    // The host may have ended the run meanwhile, which is heard only now.
    await setImmediate();
}

/** Closes it, so that neither its port nor an attached debugger keeps what has ended. */
export function closeInspector(): void {
    nodeInspector()?.close();
}

function nodeInspector(): typeof Inspector | undefined {
    return process.getBuiltinModule('node:inspector');
}
