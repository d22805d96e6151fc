import { reportRun, type RunOutcome } from './run-report.js';
import type { Run } from '../../model/run.js';
import type { CommandCall } from '../command.js';
import type { Interrupts } from '../interrupts.js';

const TIMED_OUT = 124;
const FAILED = 1;

/** Tells how a run has ended: to people, or as JSON to programs. */
export function tellOutcome({ terminal, words, cwd }: CommandCall, outcome: RunOutcome): void {
    if (!words.flag('json')) return reportRun(outcome, terminal.out, cwd);
    const { run, items, itemCount, output } = outcome;
    terminal.json({ run, items, itemCount, ...(output && { output: output.value }) });
}

/** The exit code of a command that was there for one run: 0 only if it has SUCCEEDED. */
export function exitCodeOf({ status }: Run, interrupts: Interrupts): number {
    if (status === 'SUCCEEDED') return 0;
    if (status === 'TIMED-OUT') return TIMED_OUT;
    return status === 'ABORTED' ? (interrupts.exitCode ?? FAILED) : FAILED;
}
