import { relative } from 'node:path';
import { reportError } from '../errors.js';
import { watchFiles } from '../watch-files.js';
import { printResult } from './report.js';
import type { Run } from '../../model/api/run.js';
import type { Cli } from '../cli.js';
import type { RunSession } from './session.js';

/** Runs an Actor again after each change of its files, until a signal, and sets the exit code. A change aborts the current run. */
export async function rerunOnChange(
    cli: Cli,
    { session, start }: { session: RunSession; start: () => Promise<Run> },
    folder: string,
    storageDir: string,
): Promise<void> {
    const { out } = cli;
    const { signals } = session;
    const watcher = await watchFiles(folder, [storageDir]);
    /** Reports errors without stopping: the next change may fix them. */
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
    while (signals.exitCode === undefined) {
        const change = watcher.next();
        const running = runToEnd();
        const changed = await Promise.race([change, running]);
        if (changed !== undefined) await session.abort(false).catch(() => {});
        await running;
        if (signals.exitCode !== undefined) break;
        if (changed === undefined) session.print(out.paint('dim', '\nWaiting for changes. Press Ctrl+C to stop.'));
        await Promise.race([change, signals.requested]);
        if (signals.exitCode === undefined)
            session.print(`\n${out.paint('cyan', '↻')} ${relative(folder, await change)} changed.`);
    }
    cli.exitCode = signals.exitCode ?? 0;
    await watcher.close();
}
