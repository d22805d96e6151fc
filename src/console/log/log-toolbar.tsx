import type { TargetedKeyboardEvent } from 'preact';
import type { LogLevel } from './log-line.js';
import { Button, CopyButton } from '../ui/button.js';
import { SearchField } from '../ui/fields.js';
import { Icon } from '../ui/icon.js';

/** What somebody has chosen to see of a log. */
export interface LogChoice {
    readonly query: string;
    /** Only the lines in which that is. */
    readonly isFiltering: boolean;
    readonly least: LogLevel;
    readonly isWrapped: boolean;
    readonly follows: boolean;
}

const LEVELS: readonly (readonly [level: LogLevel, name: string])[] = [
    ['debug', 'All levels'],
    ['info', 'Info and above'],
    ['warning', 'Warnings and errors'],
    ['error', 'Errors only'],
];

/** What can be done with a log: search, choose, copy, download. */
export function LogToolbar({
    choice,
    onChange,
    found,
    onMove,
    textOf,
    downloadPath,
    isLive,
}: {
    choice: LogChoice;
    onChange: (change: Partial<LogChoice>) => void;
    /** At which place of how many the search is; the place from 1. */
    found: { at: number; count: number };
    /** Goes to the next place, or the one before. */
    onMove: (step: 1 | -1) => void;
    textOf: () => string;
    downloadPath: string | undefined;
    isLive: boolean;
}) {
    const press = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
        if (event.key === 'Escape') onChange({ query: '' });
        if (event.key !== 'Enter') return;
        event.preventDefault();
        onMove(event.shiftKey ? -1 : 1);
    };
    const { query, isFiltering, least, isWrapped, follows } = choice;
    return (
        <div class="log-toolbar" role="group" aria-label="Log">
            <div class="log-search" onKeyDown={press}>
                <SearchField value={query} onChange={(text) => onChange({ query: text })} label="Search in the log" />
                {query !== '' && (
                    <>
                        <span class="log-found" role="status">
                            {found.count === 0 ? 'not found' : `${found.at} of ${found.count.toLocaleString('en')}`}
                        </span>
                        <Button kind="quiet" icon="up" label="Previous match" onPress={() => onMove(-1)} />
                        <Button kind="quiet" icon="down" label="Next match" onPress={() => onMove(1)} />
                        <Button
                            kind="quiet"
                            isPressed={isFiltering}
                            title="Show only the lines in which it is"
                            onPress={() => onChange({ isFiltering: !isFiltering })}
                        >
                            Filter
                        </Button>
                    </>
                )}
            </div>
            <select
                aria-label="Least level"
                value={least}
                onChange={({ currentTarget }) => onChange({ least: currentTarget.value as LogLevel })}
            >
                {LEVELS.map(([level, name]) => (
                    <option key={level} value={level}>
                        {name}
                    </option>
                ))}
            </select>
            <Button kind="quiet" isPressed={isWrapped} onPress={() => onChange({ isWrapped: !isWrapped })}>
                Wrap
            </Button>
            <Button
                kind="quiet"
                isPressed={follows}
                title={isLive ? 'Stay at the newest line' : 'Go to the last line'}
                onPress={() => onChange({ follows: !follows })}
            >
                Follow
            </Button>
            <CopyButton text={textOf} label="Copy what is shown" />
            {downloadPath !== undefined && (
                <a
                    class="button quiet bare"
                    href={downloadPath}
                    download
                    aria-label="Download the log"
                    title="Download the log"
                >
                    <Icon name="download" />
                </a>
            )}
        </div>
    );
}
