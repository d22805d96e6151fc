import { existsSync } from 'node:fs';
import { readServerNote } from '../api/server-note.js';
import { givenServer, storageMissing } from '../api/with-api.js';
import { Interrupts } from '../interrupts.js';
import { storageDirOf } from '../storage-dir.js';
import { openStage } from './open-stage.js';
import { RunDisplay } from './run-display.js';
import { exitCodeOf, tellOutcome } from './tell-outcome.js';
import type { Run } from '../../model/run.js';
import type { Api } from '../api/api.js';
import type { CommandCall } from '../command.js';
import type { RunRecord } from '../find/find-run.js';
import type { Stage } from './stage.js';

const DEFAULT_SHOWN = 10;

/**
 * Sets off a run by the API, and shows it to its end as `greenroom run` does; Ctrl+C aborts it. Without a server it goes on
 * in this very process.
 *
 * @param start - What sets it off.
 * @returns The exit code.
 */
export async function followRun(call: CommandCall, start: (api: Api) => Promise<RunRecord>): Promise<number> {
    const { terminal, words } = call;
    const isDetached = checkPlace(call);
    const output = words.flag('json') ? terminal.err : terminal.out;
    const display = new RunDisplay({ output, isQuiet: words.flag('quiet') });
    const interrupts = new Interrupts();
    const { stage } = await openStage(call, (line) => display.say(line));
    try {
        const record = await start(stage.api);
        if (isDetached) {
            if (words.flag('json')) terminal.json(record);
            else
                terminal.out.line(
                    `The run ${record.id} is ${record.status}. See how it goes: greenroom log ${record.id} --follow`,
                );
            return 0;
        }
        const { run } = await stage.progress(record.id);
        return await followToEnd(call, { stage, run, display, interrupts });
    } finally {
        await stage.close();
        interrupts.stop();
    }
}

/** Whether the run is to be left alone, which takes a server. */
function checkPlace(call: CommandCall): boolean {
    const { words } = call;
    const directory = storageDirOf(call);
    const hasServer = givenServer(call) !== undefined || readServerNote(directory) !== undefined;
    if (!hasServer && !existsSync(directory)) throw storageMissing(directory);
    if (!words.flag('detach')) return false;
    if (hasServer) return true;
    throw words.bad(
        '--detach needs a server that does the work: start one with `greenroom dev`. Without it, the run goes on in this process.',
    );
}

interface Following {
    readonly stage: Stage;
    readonly run: Run;
    readonly display: RunDisplay;
    readonly interrupts: Interrupts;
}

async function followToEnd(call: CommandCall, { stage, run, display, interrupts }: Following): Promise<number> {
    interrupts.listen((interruption) => {
        const gracefully = interruption === 'first';
        display.say(gracefully ? 'Aborting gracefully. Press Ctrl+C again to end it at once.' : 'Ending it at once.');
        // A run that has just ended needs no abort.
        stage.abort(run.id, { gracefully }).catch(() => {});
    });
    const ended = await display.follow(stage, run);
    const { requests } = await stage.progress(ended.id);
    const results = await stage.results(ended, call.words.whole('show') ?? DEFAULT_SHOWN);
    tellOutcome(call, { run: ended, requests, ...results, place: stage.place });
    return exitCodeOf(ended, interrupts);
}
