import type { Api } from '../api/api.js';
import type { CommandCall } from '../command.js';

/** Schedules fire while an engine is there; a command that has opened one closes it again. */
export function noteWhenNobodyFires(
    { terminal: { err }, words }: CommandCall,
    { door }: Api,
    schedules: readonly { isEnabled: boolean }[],
): void {
    if (words.flag('json') || door.kind === 'server' || !schedules.some(({ isEnabled }) => isEnabled)) return;
    err.line(
        err.paint(
            'dim',
            'Schedules fire only while `greenroom dev` or `greenroom serve` runs, and none does here now.',
        ),
    );
}
