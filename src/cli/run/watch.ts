import { relative } from 'node:path';
import { reportError } from '../errors.js';
import { watchFiles } from '../watch-files.js';
import type { Cli } from '../cli.js';
import type { Interrupts } from '../interrupts.js';
import type { RunDisplay } from './display.js';
import { printOutcome } from './report.js';
import type { RunSession } from './session.js';

/** Parameters of {@link watchRuns}. */
export interface WatchOptions {
    readonly cli: Cli;
    readonly session: RunSession;
    readonly display: RunDisplay;
    readonly interrupts: Interrupts;
    /** The folder of the Actor. */
    readonly folder: string;
    readonly storageDir: string;
}

/** Runs an Actor again after each change of its files, until an interruption; returns the exit code. A change aborts the run. */
export async function watchRuns(options: WatchOptions): Promise<number> {
    const { cli, session, display, interrupts, folder, storageDir } = options;
    const { out, err } = cli.terminal;
    const watcher = await watchFiles([folder], { ignored: [storageDir] });
    /** An Actor that fails, or cannot start, can be fixed. */
    const runOnce = async (): Promise<undefined> => {
        watcher.setBusy(true);
        try {
            await printOutcome(cli, await session.runToEnd());
        } catch (error) {
            reportError(error, err, { isVerbose: cli.isVerbose, isJson: false, command: 'greenroom run' });
        } finally {
            watcher.setBusy(false);
        }
    };
    try {
        for (;;) {
            const change = watcher.next();
            const running = runOnce();
            const changed = await Promise.race([change, running]);
            if (changed !== undefined) await session.abort({ gracefully: false }).catch(() => {});
            await running;
            if (interrupts.exitCode !== undefined) return interrupts.exitCode;
            if (changed === undefined) display.print(out.paint('dim', '\nWaiting for changes. Press Ctrl+C to stop.'));
            await Promise.race([change, interrupts.requested]);
            if (interrupts.exitCode !== undefined) return interrupts.exitCode;
            display.print(`\n${out.paint('cyan', '↻')} ${relative(folder, await change)} changed.`);
        }
    } finally {
        await watcher.close();
    }
}
