import { relative } from 'node:path';
import { reportError } from '../report-error.js';
import { storageDirOf } from '../storage-dir.js';
import { watchFiles } from '../watch-files.js';
import type { CommandCall } from '../command.js';
import type { Interrupts } from '../interrupts.js';
import type { RunDisplay } from './run-display.js';
import type { RunOutcome } from './run-report.js';
import type { RunSession } from './run-session.js';
import type { RunArguments } from './run-target.js';

/** What running again and again needs. */
export interface WatchParts {
    readonly call: CommandCall;
    readonly session: RunSession;
    readonly display: RunDisplay;
    readonly interrupts: Interrupts;
    readonly args: RunArguments;
    readonly tell: (outcome: RunOutcome) => void;
}

/** Runs the Actor again after each change of its files, until somebody asks to stop. What goes on at a change is aborted. */
export async function watchRuns({ call, session, display, interrupts, args, tell }: WatchParts): Promise<number> {
    const { out, err } = call.terminal;
    const folder = args.target.kind === 'path' ? args.target.folder : call.cwd;
    const watcher = await watchFiles([folder], { ignored: [storageDirOf(call)] });
    const stopped = interrupts.asked;
    try {
        for (;;) {
            const change = watcher.next();
            const running = runOnce();
            const changedPath = await Promise.race([change, running]);
            if (changedPath !== undefined) await session.abort({ gracefully: false }).catch(() => {});
            await running;
            if (interrupts.exitCode !== undefined) return interrupts.exitCode;
            if (changedPath === undefined) display.say(out.paint('dim', '\nWaiting for changes. Ctrl+C ends it.'));
            await Promise.race([change, stopped]);
            if (interrupts.exitCode !== undefined) return interrupts.exitCode;
            display.say(`\n${out.paint('cyan', '↻')} ${relative(folder, (await change) ?? '')} has changed.`);
        }
    } finally {
        await watcher.close();
    }

    /** A run that fails, or that cannot even begin, is to be mended and not the end. */
    async function runOnce(): Promise<undefined> {
        watcher.setBusy(true);
        try {
            const outcome = await session.runToEnd();
            tell(outcome);
        } catch (error) {
            reportError(error, err, { isVerbose: call.words.flag('verbose'), isJson: false });
        } finally {
            watcher.setBusy(false);
        }
    }
}
