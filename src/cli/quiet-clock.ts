import { systemClock, type Clock } from '../util/clock.js';

/**
 * The time of an engine that is there for one look or one change: it shows the time, and nothing comes due by it. So no schedule
 * fires, no webhook is tried again and nothing old is deleted, just because somebody has looked.
 */
export const quietClock: Clock = {
    now: () => systemClock.now(),
    after: () => () => {},
};
