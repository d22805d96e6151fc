import { Cron } from 'croner';

/** Tells when a pattern comes true, on a clock that knows no zones: its times are those of UTC. */
export interface CronPattern {
    /** The first time after that, in milliseconds since the epoch; undefined if there is none in thousands of years. */
    next(afterMillis: number): number | undefined;
}

/** The pattern of six fields that a cron expression has been read to. Where both days are named, either will do. */
export function cronPattern(pattern: string): CronPattern {
    // In a zone of its own it would do without what it knows of zones, and be several times faster.
    const cron = new Cron(pattern, { paused: true, utcOffset: 0 });
    return { next: (afterMillis) => cron.nextRun(new Date(afterMillis))?.getTime() };
}
