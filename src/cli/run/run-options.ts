import { checkMemory } from '../../lifecycle/start-options.js';
import { ISOLATIONS } from '../../model/execution.js';
import { readAmount, readMegabytes, readSeconds } from '../quantities.js';
import { readVariables } from '../read-variables.js';
import type { CommandCall } from '../command.js';
import type { StageOptions } from './stage.js';

/** The options of a run that the command line gives. */
export function readRunOptions(call: CommandCall): StageOptions {
    const { words } = call;
    const build = words.text('build');
    const memory = readMegabytes(words, 'memory');
    checkMemory(memory, '--memory');
    const timeout = readSeconds(words, 'timeout');
    const maxItems = words.whole('max-items', 1);
    const maxTotalChargeUsd = readAmount(words, 'max-charge');
    const isolation = ISOLATIONS.find((one) => one === words.text('isolation'));
    const env = readVariables(call);
    const port = words.whole('debug-port', 0, 65_535);
    return {
        ...(build !== undefined && { build }),
        ...(memory !== undefined && { memory }),
        ...(timeout !== undefined && { timeout }),
        ...(maxItems !== undefined && { maxItems }),
        ...(maxTotalChargeUsd !== undefined && { maxTotalChargeUsd }),
        ...(isolation && { isolation }),
        ...(Object.keys(env).length > 0 && { env }),
        ...((words.flag('debug') || port !== undefined) && { debug: { ...(port !== undefined && { port }) } }),
    };
}
