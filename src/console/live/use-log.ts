import { useEffect, useState } from '../preact.js';
import { useValue, Value } from '../state/value.js';
import { connection } from './live.js';
import { LogFeed, type LogState } from './log-feed.js';

const NOTHING = new Value<LogState>({ lines: [], firstNumber: 0, isEnded: false, trouble: undefined });

/**
 * The log of a run or build, live.
 *
 * @param life - Another number when the run lives again, as after a resurrection: then the log goes on.
 */
export function useLog(id: string, life = 0): LogState {
    const current = useValue(connection);
    const [feed, setFeed] = useState<LogFeed>();
    useEffect(() => {
        const next = current && new LogFeed(current, id);
        setFeed(next);
        return () => next?.close();
    }, [current, id]);
    useEffect(() => {
        if (life > 0) feed?.follow();
    }, [life]);
    return useValue(feed?.state ?? NOTHING);
}
