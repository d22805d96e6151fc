import { elementProps, type ControlProps } from '../control-props.js';
import { placeholderOf } from '../placeholder.js';
import type { JSX } from '../../preact.js';

/** For numbers, whole or not, with their unit. */
export function NumberControl(props: ControlProps): JSX.Element {
    const { schema, value, onChange } = props;
    const { minimum, maximum, unit, type } = schema;
    return (
        <div class="joined narrow">
            <input
                {...elementProps(props)}
                type="number"
                step={type === 'integer' ? 1 : 'any'}
                min={minimum}
                max={maximum}
                value={typeof value === 'number' ? value : ''}
                placeholder={placeholderOf(schema)}
                onInput={({ currentTarget: { value: text, valueAsNumber } }) =>
                    onChange(text === '' || Number.isNaN(valueAsNumber) ? undefined : valueAsNumber)
                }
            />
            {unit && <span class="unit">{unit}</span>}
        </div>
    );
}
