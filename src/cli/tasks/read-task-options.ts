import { readAmount, readMegabytes, readSeconds } from '../quantities.js';
import type { ApiQuery } from '../api/api.js';
import type { TaskOptions } from '../../model/task.js';
import type { ParsedWords } from '../parsed-words.js';

/** Reads {@link TASK_OPTIONS}. */
export function readTaskOptions(words: ParsedWords): TaskOptions {
    const given: { [Key in keyof TaskOptions]: TaskOptions[Key] | undefined } = {
        build: words.text('build'),
        memoryMbytes: readMegabytes(words, 'memory'),
        timeoutSecs: readSeconds(words, 'timeout'),
        maxItems: words.whole('max-items', 1),
        maxTotalChargeUsd: readAmount(words, 'max-charge'),
        restartOnError: words.flag('restart-on-error') ? true : undefined,
    };
    return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** The same as the parameters with which the API starts a run. */
export function readRunQuery(words: ParsedWords): ApiQuery {
    const { memoryMbytes: memory, timeoutSecs: timeout, ...others } = readTaskOptions(words);
    return { memory, timeout, ...others };
}
