import { elementProps, typed, type ControlProps } from '../control-props.js';
import { placeholderOf } from '../placeholder.js';
import { useState, type JSX } from '../../preact.js';

type DateKind = 'absolute' | 'relative';

const UNITS = ['minute', 'hour', 'day', 'week', 'month', 'year'];
const RELATIVE = /^(\d+)\s*(minute|hour|day|week|month|year)s?$/;

/** For a date, as `2026-11-26`, or how long before now, as `3 days`. */
export function DateControl(props: ControlProps): JSX.Element {
    const { schema, value, onChange } = props;
    const { dateType = 'absolute' } = schema;
    const [chosen, choose] = useState<DateKind>(RELATIVE.test(String(value)) ? 'relative' : 'absolute');
    const kind = dateType === 'absoluteOrRelative' ? chosen : dateType;
    return (
        <div class="joined narrow">
            {dateType === 'absoluteOrRelative' && (
                <select
                    aria-label="Kind of date"
                    value={kind}
                    onChange={({ currentTarget }) => {
                        choose(currentTarget.value as DateKind);
                        onChange(undefined);
                    }}
                >
                    <option value="absolute">On</option>
                    <option value="relative">Ago</option>
                </select>
            )}
            {kind === 'absolute' ? <AbsoluteDate {...props} /> : <RelativeDate {...props} />}
        </div>
    );
}

function AbsoluteDate(props: ControlProps): JSX.Element {
    const { schema, value, onChange } = props;
    const text = typeof value === 'string' ? value : '';
    // A time of day, or anything else that a calendar cannot show, is not to be lost.
    const type = text === '' || /^\d{4}-\d\d-\d\d$/.test(text) ? 'date' : 'text';
    return (
        <input
            {...elementProps(props)}
            {...typed(type)}
            value={text}
            placeholder={placeholderOf(schema)}
            onInput={({ currentTarget }) => onChange(currentTarget.value || undefined)}
        />
    );
}

function RelativeDate(props: ControlProps): JSX.Element {
    const { schema, value, onChange } = props;
    const [, count = '', unit = 'day'] = RELATIVE.exec(String(value ?? '')) ?? [];
    const [shownUnit, showUnit] = useState(unit);
    const change = (nextCount: string, nextUnit: string): void => {
        showUnit(nextUnit);
        onChange(nextCount === '' ? undefined : `${nextCount} ${nextUnit}${nextCount === '1' ? '' : 's'}`);
    };
    return (
        <>
            <input
                {...elementProps(props)}
                type="number"
                min={0}
                step={1}
                value={count}
                placeholder={placeholderOf(schema)}
                onInput={({ currentTarget }) => change(currentTarget.value, shownUnit)}
            />
            <select
                aria-label="Unit"
                value={count === '' ? shownUnit : unit}
                onChange={({ currentTarget }) => change(count, currentTarget.value)}
            >
                {UNITS.map((name) => (
                    <option key={name} value={name}>{`${name}s`}</option>
                ))}
            </select>
        </>
    );
}
