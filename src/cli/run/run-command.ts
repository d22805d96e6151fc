import { isEngineError } from '../../errors/engine-error.js';
import { Interrupts } from '../interrupts.js';
import { EarlyThread } from './early-thread.js';
import { openStage } from './open-stage.js';
import { RunDisplay } from './run-display.js';
import { readGivenInput } from './run-input.js';
import { readRunOptions } from './run-options.js';
import { exitCodeOf, tellOutcome } from './tell-outcome.js';
import type { RunOutcome } from './run-report.js';
import { RunSession, type RunSessionParts } from './run-session.js';
import { readRunArguments, type RunArguments } from './run-target.js';
import type { CommandCall } from '../command.js';

const DEFAULT_SHOWN = 10;

/** `greenroom run`: runs an Actor to its end, and shows it. */
export async function runActor(call: CommandCall): Promise<number> {
    const { words, terminal } = call;
    const args = readRunArguments(call);
    const options = readRunOptions(call);
    checkWatch(call, args);
    const shown = words.whole('show') ?? DEFAULT_SHOWN;
    const output = words.flag('json') ? terminal.err : terminal.out;
    const display = new RunDisplay({ output, isQuiet: words.flag('quiet') });
    const interrupts = new Interrupts();
    const reading = readGivenInput(call, args.pairs);
    // It is awaited once there is an engine, which takes as long.
    reading.catch(() => {});
    const early = new EarlyThread(args.target, options);
    const say = (line: string): void => display.say(line);
    const { stage, undo } = await openStage(call, say, (directory) => early.start(directory));
    let session: RunSession | undefined;
    try {
        const given = await reading;
        const parts = { args, options, given, stage, display, shown, isPurging: words.flag('purge') };
        session = new RunSession(parts);
        const code = await perform(call, parts, session, interrupts);
        early.note();
        return code;
    } finally {
        await stage.close();
        if (session?.hasRun !== true) undo();
        interrupts.stop();
    }
}

async function perform(
    call: CommandCall,
    { display, args }: RunSessionParts,
    session: RunSession,
    interrupts: Interrupts,
): Promise<number> {
    interrupts.listen((interruption) => {
        const gracefully = interruption === 'first';
        display.say(gracefully ? 'Aborting gracefully. Press Ctrl+C again to end it at once.' : 'Ending it at once.');
        // A run that has just ended needs no abort.
        session.abort({ gracefully }).catch(() => {});
    });
    const tell = (outcome: RunOutcome): void => tellOutcome(call, outcome);
    if (call.words.flag('watch')) {
        const { watchRuns } = await import('./watch-runs.js');
        return watchRuns({ call, session, display, interrupts, args, tell });
    }
    try {
        const outcome = await session.runToEnd();
        tell(outcome);
        return exitCodeOf(outcome.run, interrupts);
    } catch (error) {
        // What an abort has cut short is no failure of its own.
        if (interrupts.exitCode !== undefined && isEngineError(error)) return interrupts.exitCode;
        throw error;
    }
}

function checkWatch({ words }: CommandCall, { target }: RunArguments): void {
    if (!words.flag('watch')) return;
    if (words.flag('json')) throw words.bad('--watch goes not together with --json: there is no end to tell of.');
    if (target.kind === 'name') {
        throw words.bad(
            `--watch needs the folder of the Actor, and '${target.name}' is a name. Give the path: ./${target.name}.`,
        );
    }
}
