import { relative } from 'node:path';
import { reportError } from '../errors.js';
import { watchFiles } from '../watch-files.js';
import { printResult } from './report.js';
import type { Run } from '../../model/api/run.js';
import type { Cli } from '../cli.js';
import type { RunSession } from './session.js';

/** Runs an Actor again after each change of its files, until an interruption, and sets the exit code. A change aborts the run. */
export async function rerunOnChange(
    cli: Cli,
    { session, start }: { session: RunSession; start: () => Promise<Run> },
    folder: string,
    storageDir: string,
): Promise<void> {
    const { out } = cli;
    const { interrupts } = session;
    const watcher = await watchFiles(folder, [storageDir]);
    /** An Actor that fails, or cannot start, can be fixed. */
    const runToEnd = async (): Promise<undefined> => {
        watcher.setBusy(true);
        try {
            await printResult(cli, await session.follow(start));
        } catch (error) {
            reportError(error, cli, 'greenroom run');
        } finally {
            watcher.setBusy(false);
        }
    };
    while (interrupts.exitCode === undefined) {
        const change = watcher.next();
        const running = runToEnd();
        const changed = await Promise.race([change, running]);
        if (changed !== undefined) await session.abort(false).catch(() => {});
        await running;
        if (interrupts.exitCode !== undefined) break;
        if (changed === undefined) session.print(out.paint('dim', '\nWaiting for changes. Press Ctrl+C to stop.'));
        await Promise.race([change, interrupts.requested]);
        if (interrupts.exitCode === undefined)
            session.print(`\n${out.paint('cyan', '↻')} ${relative(folder, await change)} changed.`);
    }
    cli.exitCode = interrupts.exitCode ?? 0;
    await watcher.close();
}
