import { StatusLine } from '../terminal/status-line.js';
import { formatLogLine } from '../log-line.js';
import { progressText } from './progress-text.js';
import type { Output } from '../terminal/output.js';
import type { Run } from '../../model/run.js';
import type { RunProgress, Stage } from './stage.js';

/** How often the line is drawn, and how often the run is looked at, in milliseconds. */
const FRAME_MILLIS = 100;
const LOOK_MILLIS = 300;

/** How a run is shown while it goes on. */
export interface DisplayOptions {
    readonly output: Output;
    /** Neither log nor progress. */
    readonly isQuiet: boolean;
}

/** Shows the log of a run, and on a terminal a line with how far it has come, until it has ended. */
export class RunDisplay {
    readonly #output: Output;
    readonly #isQuiet: boolean;
    readonly #line: StatusLine;

    constructor({ output, isQuiet }: DisplayOptions) {
        this.#output = output;
        this.#isQuiet = isQuiet;
        this.#line = new StatusLine(output);
    }

    /** Writes a line of the command's own. */
    say(text: string): void {
        void this.#line.above(text);
    }

    /** Shows a run to its end. */
    async follow(stage: Stage, run: Run): Promise<Run> {
        if (this.#isQuiet) return stage.finished(run.id);
        const startedAt = performance.now();
        let progress: RunProgress = { run, requests: { handled: 0, total: 0 } };
        const draw = (): void => this.#line.show(progressText(progress, performance.now() - startedAt, this.#output));
        let isLooking = false;
        const look = async (): Promise<void> => {
            if (isLooking) return;
            isLooking = true;
            progress = await stage.progress(run.id).catch(() => progress);
            isLooking = false;
        };
        const timers = this.#output.isInteractive
            ? [setInterval(draw, FRAME_MILLIS), setInterval(() => void look(), LOOK_MILLIS)]
            : [];
        try {
            await this.#showLog(stage, run.id);
            return await stage.finished(run.id);
        } finally {
            for (const timer of timers) clearInterval(timer);
            this.#line.clear();
        }
    }

    async #showLog(stage: Stage, runId: string): Promise<void> {
        try {
            // Whoever reads slowly gets the log as slowly: it waits where it is kept, and not in memory.
            for await (const line of stage.lines(runId)) await this.#line.above(formatLogLine(line, this.#output));
        } catch (error) {
            // The run goes on without its log being seen; whether it can still be reached at all is seen next.
            const reason = error instanceof Error ? error.message : String(error);
            this.say(this.#output.paint('dim', `The log has broken off (${reason}): greenroom log ${runId}`));
        }
    }
}
