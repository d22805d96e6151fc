import { formatLogLine } from '../log-line.js';
import { statusStyle } from '../runs/status-style.js';
import { formatCount, formatDuration, formatTime } from '../terminal/units.js';
import { harmlessLine } from '../terminal/harmless.js';
import { isTerminal } from '../../model/status.js';
import type { Actor } from '../../model/actor.js';
import type { Engine } from '../../engine/engine.js';
import type { Run } from '../../model/run.js';
import type { Output } from '../terminal/output.js';

/** Of a run that writes more than this, the rest of the second is only counted. */
const LINES_PER_SECOND = 20;
const ID_LETTERS = 6;
/** Of a moment, `14:05:09`. */
const TIME_LETTERS = 8;

interface Speaker {
    readonly actId: string;
    second: number;
    lines: number;
    left: number;
}

/** Tells of the runs of an engine as they go on: how they begin and end, and what they write, with the Actor's name in front. */
export class RunFeed {
    readonly #engine: Engine;
    readonly #output: Output;
    readonly #speakers = new Map<string, Speaker>();
    /** Names of Actors by their ids. */
    readonly #names = new Map<string, string>();

    constructor(engine: Engine, output: Output) {
        this.#engine = engine;
        this.#output = output;
        engine.on('run.created', ({ run }) => this.#begin(run));
        engine.on('run.log', ({ runId, line }) => this.#log(runId, line));
        engine.on('run.status-changed', ({ run }) => this.#change(run));
    }

    /** Tells the name of an Actor beforehand, so that its first lines have it, too. */
    know({ id, name }: Actor): void {
        this.#names.set(id, name);
    }

    #begin(run: Run): void {
        this.#speakers.set(run.id, { actId: run.actId, second: 0, lines: 0, left: 0 });
        if (!this.#names.has(run.actId)) {
            // From then on; one that is not found is called by its id.
            this.#engine.client
                .actor(run.actId)
                .get()
                .then(
                    (actor) => actor && this.know(actor),
                    () => {},
                );
        }
        this.#say(run.id, `${this.#output.paint(statusStyle('RUNNING'), '▶ started')} by ${run.meta.origin}`);
    }

    #change(run: Run): void {
        const { status, stats } = run;
        if (status === 'RUNNING' || status === 'READY') return;
        const speaker = this.#speakers.get(run.id);
        if (speaker !== undefined) this.#tellLeft(run.id, speaker);
        const painted = this.#output.paint(statusStyle(status), `${markOf(status)} ${status}`);
        const facts = isTerminal(status)
            ? ` in ${formatDuration(stats.durationMillis)}, ${formatCount(stats.datasetItems, 'item')}`
            : '';
        const message = run.statusMessage === undefined ? '' : ` · ${harmlessLine(run.statusMessage)}`;
        this.#say(run.id, painted + facts + message);
        if (isTerminal(status)) this.#speakers.delete(run.id);
    }

    #log(runId: string, line: string): void {
        const speaker = this.#speakers.get(runId);
        if (speaker === undefined) return;
        const second = Math.floor(performance.now() / 1000);
        if (second !== speaker.second) {
            this.#tellLeft(runId, speaker);
            Object.assign(speaker, { second, lines: 0 });
        }
        speaker.lines++;
        if (speaker.lines <= LINES_PER_SECOND) this.#say(runId, formatLogLine(line, this.#output));
        else speaker.left++;
    }

    #tellLeft(runId: string, speaker: Speaker): void {
        if (speaker.left > 0)
            this.#say(
                runId,
                this.#output.paint('dim', `… ${formatCount(speaker.left, 'more line')}: greenroom log ${runId}`),
            );
        speaker.left = 0;
    }

    #say(runId: string, text: string): void {
        const actId = this.#speakers.get(runId)?.actId ?? '';
        const label = `${harmlessLine(this.#names.get(actId) ?? actId)} ${runId.slice(0, ID_LETTERS)}`;
        const time = formatTime(new Date()).slice(-TIME_LETTERS);
        this.#output.line(`${this.#output.paint('dim', `${time} ${label}`)} ${text}`);
    }
}

function markOf(status: string): string {
    if (status === 'SUCCEEDED') return '✔';
    return status === 'FAILED' || status === 'TIMED-OUT' || status === 'ABORTED' ? '✖' : '■';
}
