import { Button, CopyButton, FileLink } from '../ui/button.js';
import { type Option, SearchField, Select } from '../ui/fields.js';
import { formatCount } from '../ui/format.js';
import type { TargetedKeyboardEvent } from 'preact';
import type { LogLevel } from './log-line.js';

/** What the user has chosen to see of a log. */
export interface LogChoice {
    readonly query: string;
    /** True for matching lines only. */
    readonly isFiltering: boolean;
    readonly least: LogLevel;
    readonly isWrapped: boolean;
    readonly follows: boolean;
}

const LEVELS: readonly Option[] = [
    ['debug', 'All levels'],
    ['info', 'Info and above'],
    ['warning', 'Warnings and errors'],
    ['error', 'Errors only'],
];

interface ToolbarProps {
    readonly choice: LogChoice;
    readonly onChange: (change: Partial<LogChoice>) => void;
    /** The match that the search is at, from 1, of how many. */
    readonly found: { at: number; count: number };
    /** Goes to the next match, or the one before. */
    readonly onMove: (step: 1 | -1) => void;
    readonly textOf: () => string;
    readonly downloadPath: string | undefined;
    readonly isLive: boolean;
}

/** What can be done with a log: search, choose, copy, download. */
export function LogToolbar({ choice, onChange, found, onMove, textOf, downloadPath, isLive }: ToolbarProps) {
    const press = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
        if (event.key === 'Escape') onChange({ query: '' });
        if (event.key !== 'Enter') return;
        event.preventDefault();
        onMove(event.shiftKey ? -1 : 1);
    };
    const switchButton = (text: string, name: 'isFiltering' | 'isWrapped' | 'follows', title?: string) => (
        <Button kind="quiet" isPressed={choice[name]} title={title} onPress={() => onChange({ [name]: !choice[name] })}>
            {text}
        </Button>
    );
    return (
        <div class="log-toolbar" role="group" aria-label="Log">
            <div class="log-search" onKeyDown={press}>
                <SearchField value={choice.query} onChange={(query) => onChange({ query })} label="Search in the log" />
                {choice.query !== '' && (
                    <>
                        <span class="log-found" role="status">
                            {found.count === 0 ? 'no matches' : `${found.at} of ${formatCount(found.count)}`}
                        </span>
                        <Button kind="quiet" icon="up" label="Previous match" onPress={() => onMove(-1)} />
                        <Button kind="quiet" icon="down" label="Next match" onPress={() => onMove(1)} />
                        {switchButton('Filter', 'isFiltering', 'Show matching lines only')}
                    </>
                )}
            </div>
            <Select
                label="Minimum level"
                value={choice.least}
                options={LEVELS}
                onChange={(level) => onChange({ least: level as LogLevel })}
            />
            {switchButton('Wrap', 'isWrapped')}
            {switchButton('Follow', 'follows', isLive ? 'Stay at the newest line' : 'Go to the last line')}
            <CopyButton text={textOf} label="Copy what is shown" />
            {downloadPath !== undefined && (
                <FileLink to={downloadPath} icon="download" label="Download the log" download="log.txt" />
            )}
        </div>
    );
}
